import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutGraphemes, quoteForeign, safeLink, sanitiseLine } from './sanitise.ts'

describe('sanitiseLine', () => {
  it.each([
    ['terminal colours and titles', '\x1b[31mred\x1b[0m \x1b]0;own title\x07text \x9b2Jx', 'red text x'],
    ['an unfinished title sequence without swallowing what follows', 'a\x1b]0;b', 'a0;b'],
    ['line ends of every kind', 'a\r\nBcc: x\u2028b\u0085c\td', 'a Bcc: x b c d'],
    ['NUL and other controls', 'a\0b\x08c\x7fd\x84e', 'abcde'],
    ['direction overrides and isolates', '\u202egpj.exe\u202c \u2066x\u2069', 'gpj.exe x'],
    ['zero-width characters inside words', 'pa\u200bro\u2060la\ufeff \u00adx', 'parola x'],
    ['joiners between Latin letters', 'a\u200db\u200cc', 'abc'],
    ['lone surrogates', 'a\ud800b\udc00c', 'abc'],
    ['letters that look empty', 'a\u3164\u2800b', 'a b'],
    ['tags', 'a\u{e0041}b', 'ab'],
  ])('takes out %s', (_what, text, safe) => {
    expect(sanitiseLine(text)).toBe(safe)
  })

  it('leaves what people really write alone', () => {
    const text = 'İğne deliği: ığüşöç, 👩‍👩‍👧, می‌خواهم, 日本語, é — “ok” 1️⃣ 🇹🇷'
    expect(sanitiseLine(text)).toBe(text)
  })

  it('keeps at most four marks on a letter', () => {
    expect(sanitiseLine(`z${'\u0301'.repeat(500)}algo`)).toBe('z\u0301\u0301\u0301\u0301algo')
  })

  it('gives one well-formed line without controls for any text, and the same when repeated', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.oneof(fc.constantFrom(...tricks), fc.string({ unit: 'binary', maxLength: 2 })),
        }),
        (text) => {
          const line = sanitiseLine(text)
          expect(line).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u)
          expect(line).toBe(line.trim())
          expect(sanitiseLine(line)).toBe(line)
        },
      ),
    )
  })
})

describe('quoteForeign', () => {
  it.each(['=cmd|calc', '+1', '-1', '@SUM(A1)', '\t=1', '"=1"'])(
    'never lets %j begin a line or a cell',
    (text) => {
      expect(quoteForeign(text, 280)).toMatch(/^“.*”$/u)
    },
  )

  it('keeps a text from closing its quotation', () => {
    expect(quoteForeign('so” said “she', 280)).toBe("“so' said 'she”")
  })

  it('offers no link to click', () => {
    expect(quoteForeign('https://evil.example www.evil.example', 280)).toBe(
      '“https[:]//evil.example www[.]evil.example”',
    )
  })

  it('has nothing to show of a text of nothing but tricks', () => {
    expect(quoteForeign('\u202e\u200b\x1b[2J\0', 280)).toBeUndefined()
  })
})

describe('cutGraphemes', () => {
  it('counts what people see as one letter once and never cuts through it', () => {
    expect(cutGraphemes('👩‍👩‍👧é🇹🇷x', 4)).toBe('👩‍👩‍👧é🇹🇷x')
    expect(cutGraphemes('👩‍👩‍👧é🇹🇷x', 3)).toBe('👩‍👩‍👧é…')
  })

  it('bounds the bytes of endless joined emoji too', () => {
    expect(cutGraphemes('👩‍'.repeat(5_000), 280).length).toBeLessThanOrEqual(280 * 8)
  })
})

describe('safeLink', () => {
  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'https://user:pass@t.me/',
    'not a link',
    `https://t.me/${'x'.repeat(3_000)}`,
  ])('refuses %s', (link) => expect(safeLink(link)).toBeUndefined())

  it('leaves no character that could end a link in HTML or Slack', () => {
    expect(safeLink('https://t.me/a|b?c="><!channel>\'`#x y')).toBe(
      'https://t.me/a%7Cb?c=%22%3E%3C!channel%3E%27%60#x%20y',
    )
  })
})

const tricks = [
  '\x1b[',
  '\x1b]',
  '\x9b',
  '\x07',
  'm',
  ';',
  '\u202e',
  '\u200d',
  '\r\n',
  '\0',
  '\ud800',
  '\u0301',
  ' ',
]
