import type { Reader, Writer } from './codec.ts'
import { addToRegisters, estimateDistinct, mergeRegisters, registerCount } from './hyperloglog.ts'

/** Distinct hashes that are kept one by one before an HLL takes over. */
export const exactLimit = 64

/**
 * Distinct 64-bit hashes: exact to 64, then an HLL. `settle` keeps the number alone, to save space; what is
 * added afterwards counts on top of it, so from then on the number is an upper bound.
 */
export class DistinctCount {
  #settled = 0
  #exact: number[] | undefined
  #registers: Uint8Array | undefined
  #known = 0
  #stale = false

  add(low: number, high: number): void {
    if (this.#registers !== undefined) {
      addToRegisters(this.#registers, low, high)
      this.#stale = true
      return
    }
    this.#exact ??= []
    const exact = this.#exact
    for (let at = 0; at < exact.length; at += 2) if (exact[at] === low && exact[at + 1] === high) return
    exact.push(low, high)
    this.#known += 1
    if (this.#known > exactLimit) this.#toRegisters()
  }

  get count(): number {
    if (this.#stale && this.#registers !== undefined) {
      this.#known = estimateDistinct(this.#registers)
      this.#stale = false
    }
    return this.#settled + this.#known
  }

  get isEmpty(): boolean {
    return this.count === 0
  }

  /** Adds everything `other` holds. */
  merge(other: DistinctCount): void {
    this.#settled += other.#settled
    if (other.#registers !== undefined) {
      if (this.#registers === undefined) this.#toRegisters()
      if (this.#registers !== undefined) mergeRegisters(this.#registers, other.#registers)
      this.#stale = true
      return
    }
    const exact = other.#exact ?? []
    for (let at = 0; at < exact.length; at += 2) this.add(exact[at] ?? 0, exact[at + 1] ?? 0)
  }

  settle(): void {
    this.#settled = this.count
    this.#exact = undefined
    this.#registers = undefined
    this.#known = 0
    this.#stale = false
  }

  /** As in a `count` record: hashes in hex, or the registers in base64; empty when settled or without any. */
  text(): string {
    if (this.#registers !== undefined) return base64(this.#registers)
    let text = ''
    for (const value of this.#exact ?? []) text += hex(value)
    return text
  }

  /** Reads what `text` wrote; RangeError for anything else. */
  static fromText(text: string): DistinctCount {
    const count = new DistinctCount()
    if (text.length === base64Length) {
      count.#registers = fromBase64(text)
      count.#stale = true
      return count
    }
    if (text.length % 16 !== 0 || text.length > exactLimit * 16 || !/^[0-9a-f]*$/.test(text)) {
      throw new RangeError(`sketch of ${text.length} characters; expected 16 hex digits an author, or an HLL`)
    }
    for (let at = 0; at < text.length; at += 16) {
      const word = (from: number) => Number.parseInt(text.slice(from, from + 8), 16) | 0
      count.add(word(at), word(at + 8))
    }
    return count
  }

  encode(writer: Writer): void {
    writer.unsigned(this.#settled)
    const exact = this.#exact ?? []
    if (this.#registers !== undefined) {
      writer.unsigned(exactLimit + 1)
      writer.bytes(this.#registers)
      return
    }
    writer.unsigned(exact.length / 2)
    for (const value of exact) writer.unsigned(value >>> 0)
  }

  static decode(reader: Reader): DistinctCount {
    const count = new DistinctCount()
    count.#settled = reader.unsigned()
    const size = reader.unsigned()
    if (size > exactLimit) {
      count.#registers = reader.bytes()
      count.#stale = true
      return count
    }
    count.#known = size
    if (size > 0) count.#exact = []
    for (let at = 0; at < size * 2; at += 1) count.#exact?.push(reader.unsigned() | 0)
    return count
  }

  #toRegisters(): void {
    const registers = new Uint8Array(registerCount)
    const exact = this.#exact ?? []
    for (let at = 0; at < exact.length; at += 2) addToRegisters(registers, exact[at] ?? 0, exact[at + 1] ?? 0)
    this.#registers = registers
    this.#exact = undefined
    this.#stale = true
  }
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

function base64(bytes: Uint8Array): string {
  let out = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at
    const group = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0)
    out += alphabet.charAt(group >> 18) + alphabet.charAt((group >> 12) & 63)
    out += left > 1 ? alphabet.charAt((group >> 6) & 63) : '='
    out += left > 2 ? alphabet.charAt(group & 63) : '='
  }
  return out
}

const base64Length = 4 * Math.ceil(registerCount / 3)

function fromBase64(text: string): Uint8Array {
  const bytes = new Uint8Array(registerCount)
  for (let at = 0; at < registerCount; at += 1) {
    // A byte begins in one of four characters and ends in the next.
    const first = Math.floor((at * 4) / 3)
    const [high, low] = [alphabet.indexOf(text.charAt(first)), alphabet.indexOf(text.charAt(first + 1))]
    if (high < 0 || low < 0) throw new RangeError('sketch: expected base64')
    const shift = 2 * ((at % 3) + 1)
    bytes[at] = (high << shift) | (low >> (6 - shift))
  }
  return bytes
}

const hexOfByte = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Eight lower-case digits of a 32-bit word; told for every author of every minute, so by table. */
function hex(word: number): string {
  return byteHex(word >>> 24) + byteHex(word >>> 16) + byteHex(word >>> 8) + byteHex(word)
}

function byteHex(word: number): string {
  return hexOfByte[word & 255] ?? ''
}
