/** Writes the compact types of Kafka's flexible protocol versions (KIP-482). */
export class FlexibleWriter {
  #bytes = Buffer.allocUnsafe(1_024)
  #length = 0

  int8(value: number): this {
    this.#length = this.#room(1).writeInt8(value, this.#length)
    return this
  }

  int32(value: number): this {
    this.#length = this.#room(4).writeInt32BE(value, this.#length)
    return this
  }

  int64(value: number): this {
    this.#length = this.#room(8).writeBigInt64BE(BigInt(value), this.#length)
    return this
  }

  unsignedVarint(value: number): this {
    this.#room(5)
    let left = value
    while (left > 0x7f) {
      this.#bytes[this.#length++] = (left & 0x7f) | 0x80
      left >>>= 7
    }
    this.#bytes[this.#length++] = left
    return this
  }

  compactString(value: string): this {
    const bytes = Buffer.from(value, 'utf8')
    return this.unsignedVarint(bytes.length + 1).raw(bytes)
  }

  /** Absent text, bytes or array. */
  absent(): this {
    return this.unsignedVarint(0)
  }

  /** Text as Kafka's tools show an id: 16 bytes in base64url. */
  uuid(id: string): this {
    const bytes = Buffer.from(id, 'base64url')
    if (bytes.length !== 16) throw new RangeError(`topic id: found ${bytes.length} bytes; expected 16`)
    return this.raw(bytes)
  }

  /** Length of a compact array; its items follow. */
  arrayOf(count: number): this {
    return this.unsignedVarint(count + 1)
  }

  /** No tagged fields. */
  noTags(): this {
    return this.unsignedVarint(0)
  }

  raw(bytes: Uint8Array): this {
    this.#room(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
    return this
  }

  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  #room(more: number): Buffer {
    if (this.#length + more > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more))
      this.#bytes.copy(larger, 0, 0, this.#length)
      this.#bytes = larger
    }
    return this.#bytes
  }
}
