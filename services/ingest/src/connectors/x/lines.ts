import { DependencyError } from '@nabiz/shared/errors'

const newLine = 0x0a
/** A post with all that stands beside it has some 20 KB. */
const longestLine = 4 * 1_048_576

/**
 * Lines of a stream as bytes, each without its end; an empty one is a sign of life. Cut at bytes, not at characters: a
 * piece may end within one. Yields after each piece that held no whole line, too, as undefined.
 */
export async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array | undefined> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const piece of body) {
    rest = rest.length === 0 ? Buffer.from(piece) : Buffer.concat([rest, piece])
    let start = 0
    for (let end = rest.indexOf(newLine); end >= 0; end = rest.indexOf(newLine, start)) {
      yield rest.subarray(start, rest[end - 1] === 0x0d && end > start ? end - 1 : end)
      start = end + 1
    }
    rest = rest.subarray(start)
    if (start === 0) yield undefined
    if (rest.length > longestLine) {
      throw new DependencyError('platform_protocol', `a line of more than ${longestLine} bytes`, {
        retryable: true,
      })
    }
  }
}
