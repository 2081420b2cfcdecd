import type { ByteReader, ByteWriter } from './bytes.ts'

const stride = 3
/** Bits of one code's difference are in at most so many bytes of seven. */
const greatestBits = 21
/** Bytes one entry can take: three differences of 17 bits and a sign, seven bits a byte. */
const greatestEntry = 3 * stride

/**
 * A queue of entries of three 16-bit codes each, stored as differences from the entry before: neighbours are alike, so
 * most take one byte and a half instead of two.
 */
export class CodeQueue {
  /** Circular. */
  #bytes: Uint8Array
  #from = 0
  #size = 0
  #length = 0
  /** The entry before the first one, and the last one. */
  readonly #before = [0, 0, 0]
  readonly #last = [0, 0, 0]

  /** @param capacity bytes there is room for before the array has to grow */
  constructor(capacity: number) {
    this.#bytes = new Uint8Array(Math.max(64, capacity))
  }

  /** Entries in the queue. */
  get length(): number {
    return this.#length
  }

  /** Appends an entry: the three codes of `codes` from `at` on. */
  push(codes: ArrayLike<number>, at: number): void {
    if (this.#size + greatestEntry > this.#bytes.length) this.#grow()
    for (let part = 0; part < stride; part += 1) {
      const code = codes[at + part] ?? 0
      const difference = code - (this.#last[part] ?? 0)
      this.#last[part] = code
      let rest = difference < 0 ? -2 * difference - 1 : 2 * difference
      while (rest >= 0x80) {
        this.#put((rest & 0x7f) | 0x80)
        rest >>>= 7
      }
      this.#put(rest)
    }
    this.#length += 1
  }

  /** Drops the oldest entry. */
  shift(): void {
    const used = this.#read(0, this.#before)
    this.#from = (this.#from + used) % this.#bytes.length
    this.#size -= used
    this.#length -= 1
  }

  /** Calls `see` with each of the first `count` entries, oldest first, in an array that is used again. */
  walk(count: number, see: (codes: readonly number[], at: number) => void): void {
    const codes = [...this.#before]
    let offset = 0
    for (let at = 0; at < count; at += 1) {
      offset += this.#read(offset, codes)
      see(codes, at)
    }
  }

  /** Writes the entries as they are stored, in one piece. */
  encode(writer: ByteWriter): void {
    writer.uint32(this.#length)
    writer.uint32(this.#size)
    writer.array(Int16Array.from([...this.#before, ...this.#last]))
    const first = Math.min(this.#size, this.#bytes.length - this.#from)
    writer.array(this.#bytes.subarray(this.#from, this.#from + first))
    writer.array(this.#bytes.subarray(0, this.#size - first))
  }

  /** Reads what `encode` wrote. */
  static decode(reader: ByteReader): CodeQueue {
    const length = reader.uint32()
    const size = reader.uint32()
    const isPossible = size >= length * stride && size <= length * greatestEntry
    reader.check(isPossible, `${length} residuals in ${size} bytes`, `3 to ${greatestEntry} bytes each`)
    const ends = new Int16Array(2 * stride)
    reader.array(ends)
    const queue = new CodeQueue(size + greatestEntry)
    reader.array(queue.#bytes.subarray(0, size))
    queue.#size = size
    queue.#length = length
    for (let part = 0; part < stride; part += 1) {
      queue.#before[part] = ends[part] ?? 0
      queue.#last[part] = ends[stride + part] ?? 0
    }
    return queue
  }

  /** Adds the differences `offset` bytes after the first to `codes`; says how many bytes they took. */
  #read(offset: number, codes: number[]): number {
    let at = this.#from + offset
    const start = at
    for (let part = 0; part < stride; part += 1) {
      let value = 0
      for (let bits = 0; bits < greatestBits; bits += 7) {
        const byte = this.#bytes[at % this.#bytes.length] ?? 0
        at += 1
        value |= (byte & 0x7f) << bits
        if (byte < 0x80) break
      }
      codes[part] = (codes[part] ?? 0) + ((value & 1) === 1 ? -((value + 1) >>> 1) : value >>> 1)
    }
    return at - start
  }

  #put(byte: number): void {
    this.#bytes[(this.#from + this.#size) % this.#bytes.length] = byte
    this.#size += 1
  }

  /** By an eighth: there are four of these a brand, and what is not used is memory all the same. */
  #grow(): void {
    const grown = new Uint8Array(Math.ceil((this.#bytes.length * 9) / 8) + greatestEntry)
    const first = Math.min(this.#size, this.#bytes.length - this.#from)
    grown.set(this.#bytes.subarray(this.#from, this.#from + first))
    grown.set(this.#bytes.subarray(0, this.#size - first), first)
    this.#bytes = grown
    this.#from = 0
  }
}
