import type { CounterName } from '@nabiz/shared/contracts'
import type { Baseline } from './baseline/baseline.ts'
import { countKind } from './baselines.ts'
import type { Reader, Writer } from './codec.ts'
import { bucketMinutes, bucketOf, dayMs, keptMinutes, minuteMs } from './grid.ts'
import { Journaled } from './journaled.ts'

/** Counters of a brand that are followed, by platform and kind; what comes after them is dropped. */
export const counterLimit = 16
/** Growth that one delta may bring at most: sums of it stay whole below 2^53. */
const mostGrowth = 1e12
/** What a counter fell by is made up for by its growth of this many minutes; then it is forgotten. */
const debtMinutes = dayMs / minuteMs

/** One kind of counter on one platform of one brand: what all its subjects grew by, in buckets of five minutes. */
export class CounterSeries {
  readonly platform: string
  readonly counter: CounterName
  /** Minute it was first heard of. */
  bornMinute: number
  baseline: Journaled<Baseline>
  readonly #dueSlot: number
  /** Growth by bucket over the last 26 hours. */
  #counts = new Map<number, number>()
  /** Growth in closed buckets that their baseline was not told yet. */
  #corrections = new Map<number, number>()
  /** What it fell by and did not grow again yet, and when it fell last. */
  #debt = 0
  #debtMinute = 0

  constructor(platform: string, counter: CounterName, bornMinute: number, dueSlot: number) {
    this.platform = platform
    this.counter = counter
    this.bornMinute = bornMinute
    this.#dueSlot = dueSlot
    this.baseline = new Journaled(countKind, dueSlot)
  }

  /** Takes a delta that grew in the minutes [from, to]: spread over them, but for what the counter had fallen by. */
  add(delta: number, from: number, to: number, running: number): void {
    const growth = this.#net(Math.min(mostGrowth, Math.max(-mostGrowth, delta)), to)
    if (growth === 0) return
    const minutes = to - from + 1
    let given = Math.floor((growth * Math.max(0, oldestOf(running) * bucketMinutes - from)) / minutes)
    for (let bucket = Math.max(oldestOf(running), bucketOf(from)); bucket <= bucketOf(to); bucket += 1) {
      const until = Math.min(to, bucket * bucketMinutes + bucketMinutes - 1)
      const due = Math.floor((growth * (until - from + 1)) / minutes)
      this.#grow(bucket, due - given, running)
      given = due
    }
  }

  /** Growth in the buckets [from, to]. */
  sum(from: number, to: number): number {
    let sum = 0
    for (let bucket = from; bucket <= to; bucket += 1) sum += this.#counts.get(bucket) ?? 0
    return sum
  }

  /** Tells the baseline what came for buckets that were closed. */
  correct(): void {
    for (const [bucket, growth] of sorted(this.#corrections)) this.baseline.correct(bucket, [growth])
    this.#corrections.clear()
  }

  /** Closes a bucket and forgets the one of 26 hours ago. */
  close(bucket: number, isSeen: boolean, zone: number): void {
    const isWhole = this.bornMinute <= bucket * bucketMinutes
    this.baseline.close(bucket, [this.#counts.get(bucket) ?? 0], isSeen && isWhole, zone)
    for (const known of this.#counts.keys())
      if (known < bucket - keptMinutes / bucketMinutes) this.#counts.delete(known)
  }

  /** Forgets everything but what it counts. */
  startOver(minute: number): void {
    this.bornMinute = minute
    this.#counts.clear()
    this.#corrections.clear()
    this.#debt = 0
    this.#debtMinute = 0
    this.baseline = new Journaled(countKind, this.#dueSlot)
    this.baseline.store()
  }

  encode(writer: Writer): void {
    writer.string(this.platform)
    writer.string(this.counter)
    writer.unsigned(this.bornMinute)
    for (const numbers of [this.#counts, this.#corrections]) {
      writer.list(sorted(numbers), ([bucket, growth]) => {
        writer.unsigned(bucket)
        writer.unsigned(growth)
      })
    }
    writer.unsigned(this.#debt)
    writer.unsigned(this.#debtMinute)
    this.baseline.encodeJournal(writer)
  }

  /** Reads what `encode` wrote. `stored`: bytes of the whole baseline by the series' name. */
  static decode(
    reader: Reader,
    dueSlot: number,
    stored: (name: string) => Uint8Array | undefined,
  ): CounterSeries {
    const platform = reader.string()
    const counter = reader.string() as CounterName
    const series = new CounterSeries(platform, counter, reader.unsigned(), dueSlot)
    for (const numbers of [series.#counts, series.#corrections]) {
      for (const [bucket, growth] of reader.list(() => [reader.unsigned(), reader.unsigned()] as const))
        numbers.set(bucket, growth)
    }
    series.#debt = reader.unsigned()
    series.#debtMinute = reader.unsigned()
    series.baseline = Journaled.decode(reader, countKind, dueSlot, stored(seriesName(platform, counter)))
    return series
  }

  /** A platform that takes likes away and gives them back has nothing new to tell. */
  #net(delta: number, minute: number): number {
    if (minute - this.#debtMinute > debtMinutes) this.#debt = 0
    if (delta < 0) {
      this.#debt = Math.min(mostGrowth, this.#debt - delta)
      this.#debtMinute = minute
      return 0
    }
    const paid = Math.min(this.#debt, delta)
    this.#debt -= paid
    return delta - paid
  }

  #grow(bucket: number, growth: number, running: number): void {
    if (growth === 0) return
    this.#counts.set(bucket, (this.#counts.get(bucket) ?? 0) + growth)
    if (bucket < bucketOf(running))
      this.#corrections.set(bucket, (this.#corrections.get(bucket) ?? 0) + growth)
  }
}

/** Name of a series among a brand's, and of its baseline among a checkpoint's values. */
export function seriesName(platform: string, counter: CounterName): string {
  return `${platform}/${counter}`
}

/** The oldest bucket that is kept. */
function oldestOf(running: number): number {
  return bucketOf(running - keptMinutes) + 1
}

function sorted(numbers: ReadonlyMap<number, number>): [number, number][] {
  return [...numbers].sort((a, b) => a[0] - b[0])
}
