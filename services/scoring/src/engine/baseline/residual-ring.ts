import type { ByteReader, ByteWriter } from './bytes.ts'
import { CodeQueue } from './code-queue.ts'
import { ringCapacity, windowLengths } from './grid.ts'
import { noResidual, packResidual, unpackResidual } from './residual-code.ts'

const stride = windowLengths.length
/** Buckets whose residuals may still be set, or are asked for as they enter the deviations; a power of two. */
const recentBuckets = 16

/**
 * Capped residuals of the latest 4,096 buckets, 16 bits each, one per window and bucket. Only the latest and those about
 * to leave are ever asked for, so all but the latest wait in a queue that stores them in less.
 */
export class ResidualRing {
  /** Codes of the latest buckets, at index mod 16. */
  readonly #recent = new Array<number>(recentBuckets * stride).fill(noResidual)
  #older: CodeQueue
  #begin: number
  #end: number

  /** An empty ring whose first bucket will be `begin`. */
  constructor(begin: number, capacity = 64) {
    this.#begin = begin
    this.#end = begin
    this.#older = new CodeQueue(capacity)
  }

  /** Index of the bucket that comes next. */
  get end(): number {
    return this.#end
  }

  get length(): number {
    return this.#end - this.#begin
  }

  /** Residual of a bucket's window as stored; undefined when there is none. Quick near both ends. */
  get(index: number, window: number): number | undefined {
    if (index < this.#begin || index >= this.#end) return undefined
    let code = noResidual
    const position = index - this.#begin
    if (position >= this.#older.length) code = this.#recent[recentAt(index) + window] ?? noResidual
    else {
      this.#older.walk(position + 1, (codes) => {
        code = codes[window] ?? noResidual
      })
    }
    return code === noResidual ? undefined : unpackResidual(code)
  }

  /** Appends a bucket without residuals; `set` then fills in those there are. */
  push(): void {
    const at = recentAt(this.#end)
    if (this.length >= recentBuckets) this.#older.push(this.#recent, at)
    if (this.length === ringCapacity) {
      this.#older.shift()
      this.#begin += 1
    }
    this.#recent.fill(noResidual, at, at + stride)
    this.#end += 1
  }

  /** Sets a residual of one of the latest 16 buckets. */
  set(index: number, window: number, residual: number): void {
    this.#recent[recentAt(index) + window] = packResidual(residual)
  }

  /** Writes the ring, oldest first. */
  encode(writer: ByteWriter): void {
    writer.uint32(this.#begin)
    writer.uint32(this.#end)
    const cells = new Int16Array(this.length * stride)
    const older = this.#older.length
    this.#older.walk(older, (codes, at) => cells.set(codes, at * stride))
    for (let at = older; at < this.length; at += 1) {
      const from = recentAt(this.#begin + at)
      cells.set(this.#recent.slice(from, from + stride), at * stride)
    }
    writer.array(cells)
  }

  /** Reads what `encode` wrote. */
  static decode(reader: ByteReader): ResidualRing {
    const begin = reader.uint32()
    const end = reader.uint32()
    const length = end - begin
    reader.check(length >= 0 && length <= ringCapacity, `residual ring of ${length} buckets`, 'at most 4,096')
    const cells = new Int16Array(length * stride)
    reader.array(cells)
    const ring = new ResidualRing(begin, length * stride)
    for (let at = 0; at < length; at += 1) {
      ring.push()
      for (let window = 0; window < stride; window += 1)
        ring.#recent[recentAt(begin + at) + window] = cells[at * stride + window] ?? noResidual
    }
    return ring
  }
}

/** Where a bucket's codes begin among the latest. */
function recentAt(index: number): number {
  return (index & (recentBuckets - 1)) * stride
}
