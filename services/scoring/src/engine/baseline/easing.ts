import type { ByteReader, ByteWriter } from './bytes.ts'
import type { CountRing } from './count-ring.ts'

/** Share of the build-up that an older bucket keeps as a new one comes: half of it is forgotten in two hours. */
const keptBuildUp = 0.97
/** An hour takes part in the build-up with at least and at most so many deviations. */
const leastDeviations = -1.8
const mostDeviations = 12
/** Deviations of build-up that would take all of the boundary away, were there no limit. */
const wholeBuildUp = 12
/** Neither of the two takes a boundary below this part of itself… */
const leastEach = 0.6
/** …nor both together below this one. */
const leastBoth = 0.5
/** The record is of what is older than two hours, so that a storm is not compared with itself. */
const recordLag = 24
/** Buckets whose greatest count is compared with the record: the last hour. */
const recentBuckets = 12
/** The record loses a thousandth in 23 buckets, half of itself in 56 days. */
const keptRecord = 1 - 1 / 23_040

/**
 * What lowers a brand's boundaries beside its history of pages: hours that have run high one after another, and five
 * minutes that hold more than any before. Both only ever lower them, within bounds.
 */
export class Easing {
  /** How far the hours of late stood above what was expected, in units of the window's scale. */
  #buildUp = 0
  /** Greatest count of a bucket, forgotten slowly. */
  #record = 0

  /** The hour that ended with a closed bucket stood so many deviations above what was expected. */
  hour(deviations: number): void {
    const limited = Math.min(mostDeviations, Math.max(leastDeviations, deviations))
    this.#buildUp = keptBuildUp * this.#buildUp + (1 - keptBuildUp) * limited
  }

  /** Called once a bucket, whose successor is `next`. */
  close(counts: CountRing, next: number): void {
    this.#record = Math.max(this.#record * keptRecord, counts.get(next - recordLag))
  }

  /** What boundaries are multiplied by while bucket `next` is running: 0.5 to 1. */
  factor(counts: CountRing, next: number): number {
    const byBuildUp = Math.min(1, 1 - this.#buildUp / wholeBuildUp)
    let greatest = 0
    for (let index = next - recentBuckets; index < next; index += 1) {
      const count = counts.get(index)
      if (count > greatest) greatest = count
    }
    const record = Math.max(1, this.#record)
    const byRecord = greatest > record ? record / greatest : 1
    return Math.max(leastBoth, Math.max(leastEach, byBuildUp) * Math.max(leastEach, byRecord))
  }

  encode(writer: ByteWriter): void {
    writer.float64(this.#buildUp)
    writer.float64(this.#record)
  }

  /** Reads what `encode` wrote. */
  static decode(reader: ByteReader): Easing {
    const easing = new Easing()
    easing.#buildUp = reader.float64()
    easing.#record = reader.float64()
    reader.check(Number.isFinite(easing.#buildUp + easing.#record), 'no finite easing', 'finite numbers')
    return easing
  }

  /** For states older than the easing: the record of the counts there are, and no build-up. */
  static of(counts: CountRing, next: number): Easing {
    const easing = new Easing()
    for (let at = counts.begin + recordLag; at <= next; at += 1) easing.close(counts, at)
    return easing
  }
}
