/** Longest line that is kept, in UTF-16 units, as a mention's text is; the rest of a longer one is passed over. */
export const longestLine = 100_000

// One unit takes three bytes of UTF-8 at most, so a cut made here is never seen in what is kept.
const longestLineBytes = longestLine * 4
const lineFeed = 0x0a
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf])

/**
 * The lines of a UTF-8 stream, in the groups in which they come: without their ends (LF or CRLF) and without a byte order
 * mark; invalid bytes become U+FFFD. What stands after the last line end is a line unless it is empty. Holds no more than
 * one part of the stream and one line.
 */
export async function* readLines(stream: AsyncIterable<string | Uint8Array>): AsyncGenerator<string[]> {
  let pending: Buffer[] = []
  let pendingBytes = 0
  let isFirst = true

  function keep(part: Buffer): void {
    const room = longestLineBytes - pendingBytes
    if (room <= 0 || part.length === 0) return
    pending.push(part.length > room ? part.subarray(0, room) : part)
    pendingBytes += Math.min(room, part.length)
  }

  function takeLine(): string {
    const [only = Buffer.alloc(0)] = pending
    let bytes = pending.length > 1 ? Buffer.concat(pending) : only
    pending = []
    pendingBytes = 0
    if (isFirst && bytes.subarray(0, 3).equals(byteOrderMark)) bytes = bytes.subarray(3)
    isFirst = false
    const line = bytes.toString('utf8')
    return (line.endsWith('\r') ? line.slice(0, -1) : line).slice(0, longestLine)
  }

  for await (const part of stream) {
    const bytes =
      typeof part === 'string'
        ? Buffer.from(part, 'utf8')
        : Buffer.from(part.buffer, part.byteOffset, part.length)
    const lines: string[] = []
    let from = 0
    for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, from)) {
      keep(bytes.subarray(from, end))
      lines.push(takeLine())
      from = end + 1
    }
    keep(bytes.subarray(from))
    if (lines.length > 0) yield lines
  }
  if (pendingBytes === 0) return
  const last = takeLine()
  if (last !== '') yield [last]
}
