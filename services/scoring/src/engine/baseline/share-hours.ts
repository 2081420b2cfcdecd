import type { ByteReader, ByteWriter } from './bytes.ts'
import type { ShareSample } from './corrected-share.ts'

/** One hour's sums and how many of its 5-minute buckets were observed. */
export interface HourCell extends ShareSample {
  observed: number
}

/** 14 days, the running hour, and the hour or two that are too recent to be usual. */
const capacity = 14 * 24 + 4

/** Hourly sums of the latest 340 hours, hours counted in UTC since 1970. */
export class ShareHours {
  /** Mentions and negatives: whole numbers, in four bytes each until one is not held by them exactly. */
  #counts: Float32Array | Float64Array = new Float32Array(capacity * 2)
  /** Corrected and inflated. */
  readonly #shares = new Float64Array(capacity * 2)
  readonly #observed = new Uint8Array(capacity)
  #begin = 0
  #end = 0

  /** Makes `hour` (the latest or a later one) the latest. */
  reach(hour: number): void {
    if (this.#end === 0) {
      this.#begin = hour
      this.#end = hour
    }
    // After a jump longer than the ring everything held is gone anyway.
    this.#end = Math.max(this.#end, hour + 1 - capacity)
    for (; this.#end <= hour; this.#end += 1) {
      const at = this.#end % capacity
      this.#counts.fill(0, at * 2, at * 2 + 2)
      this.#shares.fill(0, at * 2, at * 2 + 2)
      this.#observed[at] = 0
    }
    this.#begin = Math.max(this.#begin, this.#end - capacity)
  }

  /** Adds a sample and the number of buckets it was observed in. */
  add(hour: number, sample: ShareSample, buckets: number): void {
    this.reach(hour)
    const at = hour % capacity
    this.#count(at * 2, sample.mentions)
    this.#count(at * 2 + 1, sample.negatives)
    this.#shares[at * 2] = (this.#shares[at * 2] ?? 0) + sample.corrected
    this.#shares[at * 2 + 1] = (this.#shares[at * 2 + 1] ?? 0) + sample.inflated
    this.#observed[at] = (this.#observed[at] ?? 0) + buckets
  }

  /** Whether the hour is held and any of it was observed. */
  observed(hour: number): boolean {
    return this.#held(hour) && (this.#observed[hour % capacity] ?? 0) > 0
  }

  /** The hours held from `first` to `last`. */
  between(first: number, last: number): HourCell[] {
    const cells: HourCell[] = []
    for (let hour = Math.max(first, this.#begin); hour <= Math.min(last, this.#end - 1); hour += 1) {
      const at = hour % capacity
      cells.push({
        mentions: this.#counts[at * 2] ?? 0,
        negatives: this.#counts[at * 2 + 1] ?? 0,
        corrected: this.#shares[at * 2] ?? 0,
        inflated: this.#shares[at * 2 + 1] ?? 0,
        observed: this.#observed[at] ?? 0,
      })
    }
    return cells
  }

  /** Writes the hours held, oldest first; 33 bytes each. */
  encode(writer: ByteWriter): void {
    writer.uint32(this.#begin)
    writer.uint32(this.#end)
    for (const cell of this.between(this.#begin, this.#end - 1)) {
      writer.uint8(cell.observed)
      for (const value of [cell.mentions, cell.negatives, cell.corrected, cell.inflated])
        writer.float64(value)
    }
  }

  /** Reads what `encode` wrote. */
  static decode(reader: ByteReader): ShareHours {
    const hours = new ShareHours()
    const begin = reader.uint32()
    const end = reader.uint32()
    reader.check(end >= begin && end - begin <= capacity, `hours ${begin} to ${end}`, 'at most 340 of them')
    hours.#begin = begin
    hours.#end = begin
    for (let hour = begin; hour < end; hour += 1) {
      const observed = reader.uint8()
      const mentions = reader.float64()
      const negatives = reader.float64()
      const corrected = reader.float64()
      const inflated = reader.float64()
      if (!Number.isFinite(mentions + corrected + inflated) || observed > 12)
        throw reader.unexpected(
          `an hour of ${mentions} mentions in ${observed} buckets`,
          'finite sums and at most 12 buckets',
        )
      hours.add(hour, { mentions, negatives, corrected, inflated }, observed)
    }
    return hours
  }

  #count(at: number, added: number): void {
    const value = (this.#counts[at] ?? 0) + added
    if (Math.fround(value) !== value && this.#counts instanceof Float32Array) {
      this.#counts = Float64Array.from(this.#counts)
    }
    this.#counts[at] = value
  }

  #held(hour: number): boolean {
    return hour >= this.#begin && hour < this.#end
  }
}
