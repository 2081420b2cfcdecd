/** Time (any finite number, ms) in 8 bytes that sort as the numbers do: the sign bit flipped, negatives inverted. */
export function timeBytes(ms: number): Buffer {
  const bytes = Buffer.allocUnsafe(8)
  bytes.writeDoubleBE(ms === 0 ? 0 : ms)
  const first = bytes.readUInt8(0)
  if (first < 0x80) bytes.writeUInt8(first | 0x80, 0)
  else for (let i = 0; i < 8; i++) bytes.writeUInt8(bytes.readUInt8(i) ^ 0xff, i)
  return bytes
}

/** Inverse of `timeBytes`, from `at` on. */
export function timeOf(row: Uint8Array, at: number): number {
  const bytes = Buffer.from(row.subarray(at, at + 8))
  const first = bytes.readUInt8(0)
  if (first >= 0x80) bytes.writeUInt8(first & 0x7f, 0)
  else for (let i = 0; i < 8; i++) bytes.writeUInt8(bytes.readUInt8(i) ^ 0xff, i)
  return bytes.readDoubleBE(0)
}

/** Texts one after the other, each with its length before it, so that no text's rows begin with another's. */
export function counted(...texts: readonly Uint8Array[]): Buffer {
  const row = Buffer.allocUnsafe(texts.reduce((sum, { length }) => sum + 2 + length, 0))
  let at = 0
  for (const text of texts) {
    at = row.writeUInt16BE(text.length, at)
    row.set(text, at)
    at += text.length
  }
  return row
}

/** The texts that stand one after the other, each with its length before it. */
export function splitCounted(row: Uint8Array): Buffer[] {
  const bytes = Buffer.from(row.buffer, row.byteOffset, row.length)
  const texts: Buffer[] = []
  for (let at = 0; at + 2 <= bytes.length; ) {
    const end = at + 2 + bytes.readUInt16BE(at)
    // Its own bytes: what is read of the file is good until the next read alone.
    texts.push(Buffer.from(bytes.subarray(at + 2, end)))
    at = end
  }
  return texts
}

/** Unsigned 32 bits that sort as the numbers do. */
export function numberBytes(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** First key after all that begin with `prefix` and go on in UTF-8, which has no byte 0xff. */
export function endOf(prefix: Uint8Array): Buffer {
  return Buffer.concat([prefix, Buffer.of(0xff)])
}
