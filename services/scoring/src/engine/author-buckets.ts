import type { Reader, Writer } from './codec.ts'
import { DistinctCount } from './distinct-count.ts'
import { bucketMinutes, keptMinutes } from './grid.ts'
import { SettledCounts } from './settled-counts.ts'

interface AuthorBucket {
  authors: DistinctCount
  /** Mentions whose platform names no author: each counts as somebody else. */
  anonymous: number
}

/** Answers that are remembered: those of each window, and one more. */
const mostAnswers = 4
/** Buckets after which a sketch gives way to its number. */
const settleAfter = 14

/** Who wrote about a brand, by 5-minute bucket over the last 26 hours. */
export class AuthorBuckets {
  readonly #buckets = new Map<number, AuthorBucket>()
  /** The one of them that was counted in last. */
  #latest: AuthorBucket | undefined
  #latestBucket = 0
  /** Numbers of those that are too old to be told apart. */
  readonly #settled = new SettledCounts()
  /** Answers of `distinct` since the last change: every signal of a storm asks for the same windows. */
  #answers: { from: number; to: number; distinct: number }[] = []

  /** Counts one mention of the author with this 64-bit hash. */
  add(bucket: number, low: number, high: number): void {
    this.#bucket(bucket).authors.add(low, high)
  }

  /** Counts the authors of a whole minute. */
  addAll(bucket: number, authors: DistinctCount): void {
    this.#bucket(bucket).authors.merge(authors)
  }

  /** Counts mentions without an author. */
  addAnonymous(bucket: number, mentions = 1): void {
    this.#bucket(bucket).anonymous += mentions
  }

  /** The bucket's entry, which is about to change. */
  #bucket(bucket: number): AuthorBucket {
    if (this.#answers.length > 0) this.#answers = []
    if (this.#latest !== undefined && this.#latestBucket === bucket) return this.#latest
    let entry = this.#buckets.get(bucket)
    if (entry === undefined) {
      entry = { authors: new DistinctCount(), anonymous: 0 }
      this.#buckets.set(bucket, entry)
    }
    this.#latest = entry
    this.#latestBucket = bucket
    return entry
  }

  /** Authors of one bucket. */
  count(bucket: number): number {
    const entry = this.#buckets.get(bucket)
    const recent = entry === undefined ? 0 : entry.authors.count + entry.anonymous
    return recent + this.#settled.get(bucket)
  }

  /** Sum over the buckets [from, to] of the authors of each: what the signal measures. */
  sum(from: number, to: number): number {
    let sum = 0
    for (let bucket = from; bucket <= to; bucket += 1) sum += this.count(bucket)
    return sum
  }

  /** Distinct authors over the buckets [from, to] together. */
  distinct(from: number, to: number): number {
    for (const answer of this.#answers) if (answer.from === from && answer.to === to) return answer.distinct
    const distinct = this.#countDistinct(from, to)
    if (this.#answers.length === mostAnswers) this.#answers = []
    this.#answers.push({ from, to, distinct })
    return distinct
  }

  #countDistinct(from: number, to: number): number {
    const merged = new DistinctCount()
    let anonymous = 0
    for (let bucket = from; bucket <= to; bucket += 1) {
      anonymous += this.#settled.get(bucket)
      const entry = this.#buckets.get(bucket)
      if (entry === undefined) continue
      merged.merge(entry.authors)
      anonymous += entry.anonymous
    }
    return merged.count + anonymous
  }

  /** To be called as each bucket closes: old ones keep their number alone, older ones go. */
  age(closed: number): void {
    this.#answers = []
    for (const bucket of this.#buckets.keys()) {
      if (bucket > closed - settleAfter) continue
      this.#settled.set(bucket, this.count(bucket))
      this.#buckets.delete(bucket)
      if (bucket === this.#latestBucket) this.#latest = undefined
    }
    const oldest = closed - keptMinutes / bucketMinutes
    this.#settled.prune(oldest)
  }

  encode(writer: Writer): void {
    const entries = [...this.#buckets].sort((a, b) => a[0] - b[0])
    writer.list(entries, ([bucket, entry]) => {
      writer.unsigned(bucket)
      writer.unsigned(entry.anonymous)
      entry.authors.encode(writer)
    })
    writer.list(this.#settled.entries(), ([bucket, count]) => {
      writer.unsigned(bucket)
      writer.unsigned(count)
    })
  }

  static decode(reader: Reader): AuthorBuckets {
    const buckets = new AuthorBuckets()
    for (let left = reader.unsigned(); left > 0; left -= 1) {
      const bucket = reader.unsigned()
      const anonymous = reader.unsigned()
      buckets.#buckets.set(bucket, { anonymous, authors: DistinctCount.decode(reader) })
    }
    for (let left = reader.unsigned(); left > 0; left -= 1)
      buckets.#settled.set(reader.unsigned(), reader.unsigned())
    return buckets
  }
}
