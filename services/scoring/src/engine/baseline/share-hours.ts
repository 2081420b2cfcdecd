import type { ByteReader, ByteWriter } from './bytes.ts'
import type { ShareSample } from './corrected-share.ts'

/** One hour's sums and how many of its 5-minute buckets were observed. */
export interface HourCell extends ShareSample {
  observed: number
}

/** 14 days, the running hour, and the hour or two that are too recent to be usual. */
const capacity = 14 * 24 + 4
const fields = 5

/** Hourly sums of the latest 340 hours, hours counted in UTC since 1970. */
export class ShareHours {
  readonly #cells = new Float64Array(capacity * fields)
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
      const at = (this.#end % capacity) * fields
      this.#cells.fill(0, at, at + fields)
    }
    this.#begin = Math.max(this.#begin, this.#end - capacity)
  }

  /** Adds a sample and the number of buckets it was observed in. */
  add(hour: number, sample: ShareSample, buckets: number): void {
    this.reach(hour)
    const at = (hour % capacity) * fields
    const values = [sample.mentions, sample.negatives, sample.corrected, sample.inflated, buckets]
    values.forEach((value, field) => {
      this.#cells[at + field] = (this.#cells[at + field] ?? 0) + value
    })
  }

  /** Whether the hour is held and any of it was observed. */
  observed(hour: number): boolean {
    return this.#held(hour) && (this.#cells[(hour % capacity) * fields + 4] ?? 0) > 0
  }

  /** The hours held from `first` to `last`. */
  between(first: number, last: number): HourCell[] {
    const cells: HourCell[] = []
    for (let hour = Math.max(first, this.#begin); hour <= Math.min(last, this.#end - 1); hour += 1) {
      const at = (hour % capacity) * fields
      cells.push({
        mentions: this.#cells[at] ?? 0,
        negatives: this.#cells[at + 1] ?? 0,
        corrected: this.#cells[at + 2] ?? 0,
        inflated: this.#cells[at + 3] ?? 0,
        observed: this.#cells[at + 4] ?? 0,
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
      const [mentions, negatives, corrected, inflated] = [0, 1, 2, 3].map(() => reader.float64())
      reader.check(
        Number.isFinite(mentions) &&
          Number.isFinite(corrected) &&
          Number.isFinite(inflated) &&
          observed <= 12,
        `an hour of ${mentions} mentions in ${observed} buckets`,
        'finite sums and at most 12 buckets',
      )
      const sample = { mentions: mentions ?? 0, negatives: negatives ?? 0, corrected: corrected ?? 0 }
      hours.add(hour, { ...sample, inflated: inflated ?? 0 }, observed)
    }
    return hours
  }

  #held(hour: number): boolean {
    return hour >= this.#begin && hour < this.#end
  }
}
