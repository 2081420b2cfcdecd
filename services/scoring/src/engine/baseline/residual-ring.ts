import type { ByteReader, ByteWriter } from './bytes.ts'
import { ringCapacity, windowLengths } from './grid.ts'
import { noResidual, packResidual, unpackResidual } from './residual-code.ts'

const stride = windowLengths.length

/** Capped residuals of the latest 4,096 buckets, 16 bits each, one per window and bucket. */
export class ResidualRing {
  #cells = new Int16Array(64 * stride)
  #capacity = 64
  #begin: number
  #end: number

  /** An empty ring whose first bucket will be `begin`. */
  constructor(begin: number) {
    this.#begin = begin
    this.#end = begin
  }

  /** Index of the bucket that comes next. */
  get end(): number {
    return this.#end
  }

  get length(): number {
    return this.#end - this.#begin
  }

  /** Residual of a bucket's window as stored; undefined when there is none. */
  get(index: number, window: number): number | undefined {
    if (index < this.#begin || index >= this.#end) return undefined
    const code = this.#cells[(index & (this.#capacity - 1)) * stride + window] ?? noResidual
    return code === noResidual ? undefined : unpackResidual(code)
  }

  /** Appends a bucket without residuals; `set` then fills in those there are. */
  push(): void {
    if (this.length === this.#capacity) {
      if (this.#capacity < ringCapacity) this.#grow()
      else this.#begin += 1
    }
    const at = (this.#end & (this.#capacity - 1)) * stride
    this.#cells.fill(noResidual, at, at + stride)
    this.#end += 1
  }

  set(index: number, window: number, residual: number): void {
    this.#cells[(index & (this.#capacity - 1)) * stride + window] = packResidual(residual)
  }

  /** Writes the ring, oldest first. */
  encode(writer: ByteWriter): void {
    writer.uint32(this.#begin)
    writer.uint32(this.#end)
    const from = this.#begin & (this.#capacity - 1)
    const until = Math.min(this.#capacity, from + this.length)
    writer.array(this.#cells.subarray(from * stride, until * stride))
    writer.array(this.#cells.subarray(0, (this.length - (until - from)) * stride))
  }

  /** Reads what `encode` wrote. */
  static decode(reader: ByteReader): ResidualRing {
    const begin = reader.uint32()
    const end = reader.uint32()
    const length = end - begin
    reader.check(length >= 0 && length <= ringCapacity, `residual ring of ${length} buckets`, 'at most 4,096')
    const ring = new ResidualRing(begin)
    while (ring.#capacity < length) ring.#capacity *= 2
    ring.#cells = new Int16Array(ring.#capacity * stride)
    ring.#end = end
    const from = begin & (ring.#capacity - 1)
    const until = Math.min(ring.#capacity, from + length)
    reader.array(ring.#cells.subarray(from * stride, until * stride))
    reader.array(ring.#cells.subarray(0, (length - (until - from)) * stride))
    return ring
  }

  #grow(): void {
    const capacity = this.#capacity * 2
    const cells = new Int16Array(capacity * stride)
    for (let index = this.#begin; index < this.#end; index += 1) {
      const from = (index & (this.#capacity - 1)) * stride
      cells.set(this.#cells.subarray(from, from + stride), (index & (capacity - 1)) * stride)
    }
    this.#cells = cells
    this.#capacity = capacity
  }
}
