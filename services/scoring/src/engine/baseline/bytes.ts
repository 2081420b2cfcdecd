type Numbers = Uint8Array | Uint16Array | Int16Array | Float32Array | Float64Array

/** Appends numbers to a growing byte array; little-endian, as every machine Node runs on in practice stores them. */
export class ByteWriter {
  #bytes = new Uint8Array(1_024)
  #view = new DataView(this.#bytes.buffer)
  #length = 0

  uint8(value: number): void {
    const at = this.#take(1)
    this.#view.setUint8(at, value)
  }

  uint32(value: number): void {
    const at = this.#take(4)
    this.#view.setUint32(at, value, true)
  }

  float64(value: number): void {
    const at = this.#take(8)
    this.#view.setFloat64(at, value, true)
  }

  array(values: Numbers): void {
    const at = this.#take(values.byteLength)
    this.#bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at)
  }

  /** The bytes written so far, in an array of their own. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  #take(size: number): number {
    const at = this.#length
    this.#length += size
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, this.#bytes.length * 2))
      grown.set(this.#bytes.subarray(0, at))
      this.#bytes = grown
      this.#view = new DataView(grown.buffer)
    }
    return at
  }
}

/** Reads what a `ByteWriter` wrote; throws a RangeError that names the state, what was found and what was expected. */
export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  readonly #what: string
  #at = 0

  /** @param what name of the encoded thing, for errors */
  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#what = what
  }

  uint8(): number {
    return this.#view.getUint8(this.#take(1))
  }

  uint32(): number {
    return this.#view.getUint32(this.#take(4), true)
  }

  float64(): number {
    return this.#view.getFloat64(this.#take(8), true)
  }

  /** Fills `target`. */
  array(target: Numbers): void {
    const at = this.#take(target.byteLength)
    const bytes = new Uint8Array(target.buffer, target.byteOffset, target.byteLength)
    bytes.set(this.#bytes.subarray(at, at + target.byteLength))
  }

  check(holds: boolean, found: string, expected: string): void {
    if (!holds) throw this.unexpected(found, expected)
  }

  /** The error of bytes that hold something else. */
  unexpected(found: string, expected: string): RangeError {
    return new RangeError(`encoded ${this.#what}: found ${found}, expected ${expected}`)
  }

  /** To be called last: what is left over is a fault. */
  finish(): void {
    const left = this.#bytes.length - this.#at
    this.check(left === 0, `${left} bytes after the end`, 'none')
  }

  #take(size: number): number {
    const at = this.#at
    const left = this.#bytes.length - at
    this.check(size <= left, `${left} bytes left at byte ${at}`, `at least ${size}`)
    this.#at += size
    return at
  }
}
