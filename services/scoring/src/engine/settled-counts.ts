import { bucketMinutes, keptMinutes } from './grid.ts'

/** Buckets between the oldest and the latest that are held, and one to spare. */
const capacity = keptMinutes / bucketMinutes + 1

/** A number above 0 for each of some buckets, the latest 26 hours before the latest of them, in four bytes each. */
export class SettledCounts {
  #counts = new Uint32Array(0)
  /** Nothing is held outside these; no bucket yet when the first is the greater. */
  #first = Number.POSITIVE_INFINITY
  #last = Number.NEGATIVE_INFINITY

  /** The bucket's number; 0 where there is none. */
  get(bucket: number): number {
    return bucket < this.#first || bucket > this.#last ? 0 : (this.#counts[bucket % capacity] ?? 0)
  }

  /** Sets a bucket's number; ignored when the bucket is older than what is held. */
  set(bucket: number, count: number): void {
    if (bucket <= this.#last - capacity) return
    if (this.#counts.length === 0) this.#counts = new Uint32Array(capacity)
    this.prune(bucket - capacity + 1)
    this.#first = Math.min(this.#first, bucket)
    this.#last = Math.max(this.#last, bucket)
    this.#counts[bucket % capacity] = count
  }

  /** Forgets the buckets before `oldest`. */
  prune(oldest: number): void {
    const until = Math.min(oldest - 1, this.#last)
    for (let bucket = this.#first; bucket <= until; bucket += 1) this.#counts[bucket % capacity] = 0
    this.#first = Math.max(this.#first, oldest)
    if (this.#first <= this.#last) return
    this.#first = Number.POSITIVE_INFINITY
    this.#last = Number.NEGATIVE_INFINITY
  }

  /** Buckets with a number, oldest first. */
  entries(): [number, number][] {
    const entries: [number, number][] = []
    for (let bucket = this.#first; bucket <= this.#last; bucket += 1) {
      const count = this.get(bucket)
      if (count > 0) entries.push([bucket, count])
    }
    return entries
  }
}
