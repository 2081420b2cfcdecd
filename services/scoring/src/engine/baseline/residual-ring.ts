import type { ByteReader, ByteWriter } from './bytes.ts'
import { CodeQueue } from './code-queue.ts'
import { residualCapacity, ringCapacity, windowLengths } from './grid.ts'
import { noResidual, packResidual, unpackResidual } from './residual-code.ts'

const stride = windowLengths.length
/** Buckets whose residuals may still be set, or are asked for as they enter the deviations; a power of two. */
const recentBuckets = 16

/**
 * Capped residuals of the latest 4,044 buckets, 16 bits each, one per window and bucket. Only the latest and those about
 * to leave are ever asked for, so all but the latest wait in a queue that stores them in less.
 */
export class ResidualRing {
  /** Codes of the latest buckets, at index mod 16. */
  readonly #recent = new Array<number>(recentBuckets * stride).fill(noResidual)
  readonly #older: CodeQueue
  #begin: number
  #end: number

  /** An empty ring whose first bucket will be `begin`. */
  constructor(begin: number, older = new CodeQueue(64)) {
    this.#begin = begin
    this.#end = begin
    this.#older = older
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

  /** Calls `see` with each residual of a window there is, oldest first. */
  walk(window: number, see: (residual: number, index: number) => void): void {
    const told = (code: number | undefined, index: number) => {
      if (code !== undefined && code !== noResidual) see(unpackResidual(code), index)
    }
    this.#older.walk(this.#older.length, (codes, at) => told(codes[window], this.#begin + at))
    for (let index = this.#begin + this.#older.length; index < this.#end; index += 1)
      told(this.#recent[recentAt(index) + window], index)
  }

  /** Appends a bucket without residuals; `set` then fills in those there are. */
  push(): void {
    const at = recentAt(this.#end)
    if (this.length >= recentBuckets) this.#older.push(this.#recent, at)
    if (this.length === residualCapacity) {
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

  /** Writes the ring, oldest first, those in the queue as it stores them: so they are read again in one piece. */
  encode(writer: ByteWriter): void {
    writer.uint32(this.#begin)
    writer.uint32(this.#end)
    this.#older.encode(writer)
    for (let index = this.#begin + this.#older.length; index < this.#end; index += 1)
      writer.array(Int16Array.from(this.#recent.slice(recentAt(index), recentAt(index) + stride)))
  }

  /** Reads what `encode` wrote. */
  static decode(reader: ByteReader): ResidualRing {
    const { begin, end } = boundsOf(reader, residualCapacity)
    const ring = new ResidualRing(begin, CodeQueue.decode(reader))
    const older = Math.max(0, end - begin - recentBuckets)
    reader.check(ring.#older.length === older, `${ring.#older.length} older residuals`, `${older}`)
    const cells = new Int16Array(stride)
    for (let index = begin + older; index < end; index += 1) {
      reader.array(cells)
      for (let window = 0; window < stride; window += 1)
        ring.#recent[recentAt(index) + window] = cells[window] ?? noResidual
    }
    ring.#end = end
    return ring
  }

  /** Reads what version 1 of a count baseline holds: the codes as they are, of up to 4,096 buckets. */
  static decodePlain(reader: ByteReader): ResidualRing {
    const { begin, end } = boundsOf(reader, ringCapacity)
    const cells = new Int16Array((end - begin) * stride)
    reader.array(cells)
    const ring = new ResidualRing(begin, new CodeQueue(cells.length))
    for (let index = begin; index < end; index += 1) {
      ring.push()
      for (let window = 0; window < stride; window += 1)
        ring.#recent[recentAt(index) + window] = cells[(index - begin) * stride + window] ?? noResidual
    }
    return ring
  }
}

function boundsOf(reader: ByteReader, capacity: number): { begin: number; end: number } {
  const begin = reader.uint32()
  const end = reader.uint32()
  const isPossible = end >= begin && end - begin <= capacity
  reader.check(isPossible, `residual ring of ${end - begin} buckets`, `at most ${capacity}`)
  return { begin, end }
}

/** Where a bucket's codes begin among the latest. */
function recentAt(index: number): number {
  return (index & (recentBuckets - 1)) * stride
}
