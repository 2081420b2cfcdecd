import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashRange } from './term-table.ts'
import { createTokenizer, MAX_TEXT_UNITS, TokenFlag, TokenKind } from './tokenize.ts'

describe('createTokenizer', () => {
  it('cuts words at spaces and punctuation and folds them', () => {
    expect(words('Çok KÖTÜ,hizmet!')).toEqual(['cok', 'kotu', 'hizmet'])
  })

  it('passes over URLs and handles', () => {
    expect(
      words('@zirve_bank bak https://ornek.example/a?b=rezalet www.ornek.example HTTPS://X.example son'),
    ).toEqual(['bak', 'son'])
  })

  it("keeps n't in one word and drops what follows any other apostrophe", () => {
    expect(words("don't isn’t Zirve'nin Turkuaz’dan it's")).toEqual([
      'dont',
      'isnt',
      'zirve',
      'turkuaz',
      'it',
    ])
  })

  it('splits a hashtag at capitals, digits and underscores', () => {
    expect(words('#RezaletHizmet #iade_yok #gun3bitti')).toEqual([
      'rezalet',
      'hizmet',
      'iade',
      'yok',
      'gun',
      '3',
      'bitti',
    ])
  })

  it('keeps a hashtag in capitals whole', () => {
    expect(words('#BOYKOT')).toEqual(['boykot'])
  })

  it('shortens a run of one letter to two and says so', () => {
    const tokens = createTokenizer()('çoooook')
    expect(words('çoooook')).toEqual(['cook'])
    expect((tokens.flags[0] ?? 0) & TokenFlag.elongated).toBe(TokenFlag.elongated)
  })

  it('tells emoji and emoticons from words', () => {
    const tokens = createTokenizer()('ok 😀 :) :( <3 ❤ :/ xD')
    expect([...tokens.kinds.subarray(0, tokens.count)]).toEqual([
      TokenKind.word,
      TokenKind.emoji,
      TokenKind.gladEmoticon,
      TokenKind.sadEmoticon,
      TokenKind.gladEmoticon,
      TokenKind.emoji,
      TokenKind.sadEmoticon,
      TokenKind.gladEmoticon,
    ])
  })

  it('takes no emoticon out of a URL or a time', () => {
    const tokens = createTokenizer()('saat 17:30 ftp://x')
    expect([...tokens.kinds.subarray(0, tokens.count)].every((kind) => kind === TokenKind.word)).toBe(true)
  })

  it('reads a bounded part of a text of any length', () => {
    const tokens = createTokenizer()('kötü '.repeat(100_000))
    expect(tokens.ends[tokens.count - 1]).toBeLessThanOrEqual(MAX_TEXT_UNITS)
  })

  it('never gives more tokens than its buffers hold', () => {
    const tokenize = createTokenizer()
    for (const text of ['a ', '😀', '#aBcD', ':)'].map((part) => part.repeat(8_000))) {
      expect(tokenize(text).count).toBeLessThanOrEqual(tokenize(text).kinds.length)
    }
  })

  it('gives words within the text whose hash is that of their folded form, whatever the input', () => {
    const tokenize = createTokenizer()
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 80 }), (codes) => {
        const text = String.fromCharCode(...codes)
        const tokens = tokenize(text)
        for (let i = 0; i < tokens.count; i++) {
          const start = tokens.starts[i] ?? -1
          const end = tokens.ends[i] ?? -1
          expect(start >= 0 && start < end && end <= text.length).toBe(true)
          if (tokens.kinds[i] !== TokenKind.word) continue
          const [from = 0, to = 0] = [tokens.foldedStarts[i], tokens.foldedEnds[i]]
          expect(hashRange(tokens.codes, from, to)).toBe(tokens.hashes[i])
        }
      }),
    )
  })
})

function words(text: string): string[] {
  const tokens = createTokenizer()(text)
  const found: string[] = []
  for (let i = 0; i < tokens.count; i++) {
    if (tokens.kinds[i] !== TokenKind.word) continue
    found.push(String.fromCharCode(...tokens.codes.subarray(tokens.foldedStarts[i], tokens.foldedEnds[i])))
  }
  return found
}
