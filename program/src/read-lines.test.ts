import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { longestLine, readLines } from './read-lines.ts'

describe('readLines', () => {
  it('gives the same lines however the bytes are cut', async () => {
    const text = fc.stringMatching(/^[a-zçğ🦊\r\0 ]{0,12}$/u).filter((line) => !line.endsWith('\r'))
    const file = fc.array(fc.tuple(text, fc.constantFrom('\n', '\r\n')), { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(file, fc.array(fc.nat(40), { maxLength: 5 }), async (rows, cuts) => {
        const bytes = Buffer.from(rows.map(([line, end]) => line + end).join(''), 'utf8')
        expect(await linesOf(cut(bytes, cuts))).toEqual(rows.map(([line]) => line))
      }),
    )
  })

  it('drops a byte order mark at the beginning alone', async () => {
    expect(await linesOf([Buffer.from('\uFEFFa\n\uFEFFb\n')])).toEqual(['a', '\uFEFFb'])
    expect(await linesOf([Buffer.from([0xef]), Buffer.from([0xbb]), Buffer.from([0xbf, 0x61])])).toEqual([
      'a',
    ])
  })

  it.each([
    ['nothing', '', []],
    ['a byte order mark alone', '\uFEFF', []],
    ['one line end', '\n', ['']],
    ['a last line without its end', 'a\n\nb', ['a', '', 'b']],
    ['a last line with half a line end', 'a\r', ['a']],
  ])('reads %s', async (_what, text, lines) => {
    expect(await linesOf([Buffer.from(text)])).toEqual(lines)
  })

  it('reads invalid bytes, surrogates among them, as U+FFFD and goes on', async () => {
    const bytes = Buffer.concat([Buffer.from([0x61, 0xff, 0xed, 0xa0, 0x80]), Buffer.from('\nçok\n')])
    const [first, second] = await linesOf([bytes])
    expect(first).toMatch(/^a\uFFFD+$/)
    expect(second).toBe('çok')
  })

  it('keeps the beginning of a line that is too long, in whole characters, and all of the next', async () => {
    const part = Buffer.from('ş€'.repeat(50_000))
    const lines = await linesOf([...Array.from({ length: 20 }, () => part), Buffer.from('\nshort\n')])
    expect(lines).toEqual(['ş€'.repeat(longestLine / 2), 'short'])
  })
})

async function linesOf(parts: readonly Uint8Array[]): Promise<string[]> {
  const lines: string[] = []
  for await (const some of readLines(each(parts))) lines.push(...some)
  return lines
}

async function* each(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts
}

function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const ends = [...places].filter((place) => place < bytes.length).sort((a, b) => a - b)
  return [...ends, bytes.length].map((end, at) => bytes.subarray(ends[at - 1] ?? 0, end))
}
