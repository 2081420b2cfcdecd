import type { ByteReader, ByteWriter } from './bytes.ts'
import { ringCapacity } from './grid.ts'

type Cells = Uint8Array | Uint16Array | Float32Array

/** Cells of a ring that begins; a power of two. */
const leastCapacity = 64

/** What `get` answers for a bucket that was not observed or is not held. */
export const missing = -1

/**
 * Whole counts of the latest 4,096 buckets, in cells as narrow as the greatest of them allows (1, 2 or 4 bytes).
 * Above 2^24 a count is rounded to 24 significant bits; sums over what the ring holds stay exact.
 */
export class CountRing {
  #cells: Cells
  #begin: number
  #end: number

  /** An empty ring whose first bucket will be `begin`. */
  constructor(begin: number, cells: Cells = new Uint8Array(leastCapacity)) {
    this.#begin = begin
    this.#end = begin
    this.#cells = cells
  }

  /** Index of the oldest bucket held. */
  get begin(): number {
    return this.#begin
  }

  /** Index of the bucket that comes next. */
  get end(): number {
    return this.#end
  }

  /** Count of a bucket; -1 when it was not observed or is not held. */
  get(index: number): number {
    if (index < this.#begin || index >= this.#end) return missing
    const cell = this.#cells[index & (this.#cells.length - 1)] ?? missing
    return cell === hole(this.#cells) ? missing : cell
  }

  /** Number of observed buckets from `first` to `last`, and the sum of their counts. */
  sumOf(first: number, last: number): { observed: number; total: number } {
    const cells = this.#cells
    const mask = cells.length - 1
    const none = hole(cells)
    const to = Math.min(last, this.#end - 1)
    let observed = 0
    let total = 0
    for (let index = Math.max(first, this.#begin); index <= to; index += 1) {
      const cell = cells[index & mask] ?? none
      if (cell === none) continue
      observed += 1
      total += cell
    }
    return { observed, total }
  }

  /**
   * Adds the observed buckets from `first` to `last` to the totals and numbers of their slots: the first one's is `slot`,
   * the others follow around.
   */
  addToSlots(first: number, last: number, slot: number, totals: Float64Array, observed: Uint8Array): void {
    const cells = this.#cells
    const mask = cells.length - 1
    const none = hole(cells)
    let at = slot
    for (let index = first; index <= last; index += 1) {
      const cell = cells[index & mask] ?? none
      if (cell !== none) {
        totals[at] = (totals[at] ?? 0) + cell
        observed[at] = (observed[at] ?? 0) + 1
      }
      at = at === totals.length - 1 ? 0 : at + 1
    }
  }

  /** Appends the next bucket; `missing` for one nobody could see. */
  push(count: number): void {
    if (this.#end - this.#begin === this.#cells.length) {
      if (this.#cells.length < ringCapacity) this.#move(this.#cells.length * 2, width(this.#cells))
      else this.#begin += 1
    }
    this.#end += 1
    this.set(this.#end - 1, count)
  }

  /** Replaces the count of a held bucket and returns what is stored of it. */
  set(index: number, count: number): number {
    const needed = count === missing ? 1 : widthFor(count)
    if (needed > width(this.#cells)) this.#move(this.#cells.length, needed)
    this.#cells[index & (this.#cells.length - 1)] = count === missing ? hole(this.#cells) : count
    return this.get(index)
  }

  /** Writes the ring, oldest first; the same content gives the same bytes, however it came about. */
  encode(writer: ByteWriter): void {
    let needed = 1
    for (let index = this.#begin; index < this.#end; index += 1) {
      needed = Math.max(needed, widthFor(this.get(index)))
    }
    if (needed < width(this.#cells)) this.#move(this.#cells.length, needed)
    writer.uint32(this.#begin)
    writer.uint32(this.#end)
    writer.uint8(needed)
    const from = this.#begin & (this.#cells.length - 1)
    const until = Math.min(this.#cells.length, from + this.#end - this.#begin)
    writer.array(this.#cells.subarray(from, until))
    writer.array(this.#cells.subarray(0, this.#end - this.#begin - (until - from)))
  }

  /** Reads what `encode` wrote. */
  static decode(reader: ByteReader): CountRing {
    const begin = reader.uint32()
    const end = reader.uint32()
    const bytes = reader.uint8()
    const length = end - begin
    reader.check(length >= 0 && length <= ringCapacity, `count ring of ${length} buckets`, 'at most 4,096')
    reader.check(bytes === 1 || bytes === 2 || bytes === 4, `count width of ${bytes} bytes`, '1, 2 or 4')
    let capacity = leastCapacity
    while (capacity < length) capacity *= 2
    const cells = cellsOf(capacity, bytes)
    const from = begin & (capacity - 1)
    const first = Math.min(length, capacity - from)
    reader.array(cells.subarray(from, from + first))
    reader.array(cells.subarray(0, length - first))
    const ring = new CountRing(begin, cells)
    ring.#end = end
    return ring
  }

  #move(capacity: number, bytes: number): void {
    const next = cellsOf(capacity, bytes)
    for (let index = this.#begin; index < this.#end; index += 1) {
      const count = this.get(index)
      next[index & (capacity - 1)] = count === missing ? hole(next) : count
    }
    this.#cells = next
  }
}

function cellsOf(length: number, bytes: number): Cells {
  if (bytes === 1) return new Uint8Array(length)
  return bytes === 2 ? new Uint16Array(length) : new Float32Array(length)
}

function width(cells: Cells): number {
  return cells.BYTES_PER_ELEMENT
}

function widthFor(count: number): number {
  if (count < 255) return 1
  return count < 65_535 ? 2 : 4
}

/** The cell value that stands for "not observed". */
function hole(cells: Cells): number {
  if (cells.BYTES_PER_ELEMENT === 1) return 255
  return cells.BYTES_PER_ELEMENT === 2 ? 65_535 : missing
}
