/** Reads the compact types of Kafka's flexible protocol versions (KIP-482). Throws RangeError past the end. */
export class FlexibleReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  boolean(): boolean {
    return this.#bytes.readInt8(this.#step(1)) !== 0
  }

  int16(): number {
    return this.#bytes.readInt16BE(this.#step(2))
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#step(4))
  }

  int64(): number {
    return Number(this.#bytes.readBigInt64BE(this.#step(8)))
  }

  unsignedVarint(): number {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.#bytes.readUInt8(this.#step(1))
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value >>> 0
    }
  }

  /** Undefined: absent. */
  compactBytes(): Buffer | undefined {
    const length = this.unsignedVarint()
    if (length === 0) return undefined
    const from = this.#step(length - 1)
    return this.#bytes.subarray(from, from + length - 1)
  }

  compactString(): string | undefined {
    return this.compactBytes()?.toString('utf8')
  }

  /** As Kafka's tools show an id: 16 bytes in base64url. */
  uuid(): string {
    const from = this.#step(16)
    return this.#bytes.toString('base64url', from, from + 16)
  }

  array<T>(read: () => T): T[] {
    const count = this.unsignedVarint()
    return Array.from({ length: Math.max(0, count - 1) }, read)
  }

  /** Passes over tagged fields. */
  tags(): void {
    for (let left = this.unsignedVarint(); left > 0; left -= 1) {
      this.unsignedVarint()
      this.#step(this.unsignedVarint())
    }
  }

  #step(bytes: number): number {
    const from = this.#at
    this.#at += bytes
    if (this.#at > this.#bytes.length) throw new RangeError('the broker’s answer ends too early')
    return from
  }
}
