const text = new TextEncoder()
/** One float on its way into a writer: a view of each writer's own would weigh more than a small one's bytes. */
const floatBytes = new Uint8Array(8)
const floatView = new DataView(floatBytes.buffer)

/** Appends varints, strings and floats to a growing byte array. */
export class Writer {
  #bytes: Uint8Array
  #length = 0

  /** @param capacity bytes there is room for before the array has to grow */
  constructor(capacity = 16_384) {
    this.#bytes = new Uint8Array(capacity)
  }

  /** A whole number from 0 to 2^53 - 1, seven bits a byte. */
  unsigned(value: number): void {
    let rest = value
    this.#room(8)
    const bytes = this.#bytes
    while (rest >= 0x80000000) {
      bytes[this.#length++] = (rest % 0x80) | 0x80
      rest = Math.floor(rest / 0x80)
    }
    while (rest >= 0x80) {
      bytes[this.#length++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    bytes[this.#length++] = rest
  }

  /** A whole number of either sign, at most 2^52 in size. */
  signed(value: number): void {
    this.unsigned(value < 0 ? -value * 2 - 1 : value * 2)
  }

  /** Any number: whole ones in few bytes, others as eight. */
  number(value: number): void {
    if (Number.isInteger(value) && Math.abs(value) < 2 ** 50) {
      this.signed(value * 2)
    } else {
      this.signed(1)
      this.float(value)
    }
  }

  flag(value: boolean): void {
    this.unsigned(value ? 1 : 0)
  }

  float(value: number): void {
    this.#room(8)
    floatView.setFloat64(0, value, true)
    this.#bytes.set(floatBytes, this.#length)
    this.#length += 8
  }

  /** Length and bytes. */
  bytes(value: Uint8Array): void {
    this.unsigned(value.length)
    this.raw(value)
  }

  /** Bytes that a writer wrote before, without their length. */
  raw(value: Uint8Array): void {
    this.#room(value.length)
    this.#bytes.set(value, this.#length)
    this.#length += value.length
  }

  /** All that another writer has written so far. */
  rawOf(other: Writer): void {
    this.raw(other.#bytes.subarray(0, other.#length))
  }

  /** UTF-8 after its length; texts of plain ASCII, which most are, without a detour. */
  string(value: string): void {
    const size = value.length
    this.#room(size + 8)
    const before = this.#length
    this.unsigned(size)
    for (let at = 0; at < size; at += 1) {
      const unit = value.charCodeAt(at)
      if (unit >= 0x80) {
        this.#length = before
        this.bytes(text.encode(value))
        return
      }
      this.#bytes[this.#length++] = unit
    }
  }

  /** Number of entries, then each by `write`. */
  list<T>(values: readonly T[], write: (value: T) => void): void {
    this.unsigned(values.length)
    for (const value of values) write(value)
  }

  /** The bytes written so far, in an array of their own; the writer begins anew. */
  finish(): Uint8Array {
    const bytes = this.#bytes.slice(0, this.#length)
    this.#length = 0
    return bytes
  }

  #room(size: number): void {
    if (this.#length + size <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(this.#length + size, this.#bytes.length * 2))
    grown.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = grown
  }
}

/** Reads what a `Writer` wrote; throws a RangeError that names the value when bytes are missing. */
export class Reader {
  readonly #bytes: Uint8Array
  /** The same bytes, for texts. */
  readonly #text: Buffer
  readonly #name: string
  #at = 0

  /** @param name of the encoded value, for errors */
  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = bytes
    this.#text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#name = name
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length
  }

  /** How many bytes were read. */
  get position(): number {
    return this.#at
  }

  /** A copy of the bytes from one position to another. */
  between(from: number, to: number): Uint8Array {
    return this.#bytes.slice(from, to)
  }

  unsigned(): number {
    let value = 0
    let factor = 1
    for (;;) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) throw this.#short('a number')
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
      factor *= 0x80
    }
  }

  signed(): number {
    const value = this.unsigned()
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2
  }

  number(): number {
    const value = this.signed()
    return value === 1 ? this.float() : value / 2
  }

  flag(): boolean {
    return this.unsigned() === 1
  }

  float(): number {
    if (this.#at + 8 > this.#bytes.length) throw this.#short('8 bytes')
    const view = new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.length)
    this.#at += 8
    return view.getFloat64(this.#at - 8, true)
  }

  bytes(): Uint8Array {
    const start = this.#pass()
    return this.#bytes.slice(start, this.#at)
  }

  string(): string {
    const start = this.#pass()
    return this.#text.toString('utf8', start, this.#at)
  }

  /** Passes over a string. */
  skipString(): void {
    this.#pass()
  }

  list<T>(read: () => T): T[] {
    const values: T[] = []
    for (let left = this.unsigned(); left > 0; left -= 1) values.push(read())
    return values
  }

  /** Passes over a length and as many bytes; says where they begin. */
  #pass(): number {
    const length = this.unsigned()
    if (this.#at + length > this.#bytes.length) throw this.#short(`${length} bytes`)
    this.#at += length
    return this.#at - length
  }

  #short(wanted: string): RangeError {
    return new RangeError(`value ${this.#name}: ends at byte ${this.#bytes.length}, expected ${wanted} more`)
  }
}
