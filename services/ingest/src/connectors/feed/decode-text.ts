/**
 * Bytes as text. A byte order mark decides; then UTF-8 wherever it is valid, whatever is declared (servers declare wrongly
 * more often than another encoding happens to be valid UTF-8); then the header's charset, the XML prolog's, windows-1252.
 */
export function decodeText(body: Uint8Array, contentType = ''): string {
  if (body[0] === 0xfe && body[1] === 0xff) return new TextDecoder('utf-16be').decode(body)
  if (body[0] === 0xff && body[1] === 0xfe) return new TextDecoder('utf-16le').decode(body)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    // Another encoding, or bytes that are wrong in every one.
  }
  const prolog = Buffer.from(body.subarray(0, 200)).toString('latin1')
  const declared = [
    /charset=["']?([\w.:-]+)/i.exec(contentType)?.[1],
    /^\s*<\?xml[^>]*encoding=["']([\w.:-]+)["']/i.exec(prolog)?.[1],
  ]
  for (const label of declared) {
    if (label && !/^utf-?8$/i.test(label)) {
      try {
        return new TextDecoder(label).decode(body)
      } catch {
        // A name of no encoding.
      }
    }
  }
  return new TextDecoder('windows-1252').decode(body)
}
