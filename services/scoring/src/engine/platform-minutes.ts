import type { Cell } from './cell.ts'
import type { Reader, Writer } from './codec.ts'
import { dayMs, minuteMs } from './grid.ts'
import { hash128 } from './hash.ts'
import { MinuteCells } from './minute-cells.ts'
import { MinuteSpans } from './minute-spans.ts'

/** Days of mentions behind a platform's share. */
const shareDays = 14

/** One platform of one brand, minute by minute over the last 26 hours. */
export class PlatformMinutes {
  readonly name: string
  /** Minute from which it is part of the brand's totals. */
  joinMinute: number
  /** Minute whose zero or count was told last, and what was said about being seen. */
  toldMinute = 0
  toldObserved = true
  unobserved = new MinuteSpans()
  cells = new MinuteCells()
  /** Minutes of changed cells. */
  changed: number[] = []
  /** Mentions by UTC day, of which the latest day's are counted beside. */
  readonly #days = new Map<number, number>()
  #latestDay = -1
  #latestDayMentions = 0
  /** Hash of brand and platform: what the fingerprints of its items begin with. */
  readonly seed: Int32Array

  constructor(brand: string, name: string, joinMinute: number) {
    this.name = name
    this.joinMinute = joinMinute
    const brandHash = hash128(brand, undefined, new Int32Array(4))
    this.seed = hash128(name, brandHash, new Int32Array(4))
  }

  cell(minute: number): Cell {
    return this.cells.obtain(minute)
  }

  /** Notes that the cell is to be told again. */
  touch(minute: number, cell: Cell): void {
    if (cell.changed) return
    cell.changed = true
    this.changed.push(minute)
  }

  countDay(createdAt: number, mentions = 1): void {
    const day = Math.floor(createdAt / dayMs)
    if (day > this.#latestDay) this.#beginDay(day)
    if (day === this.#latestDay) this.#latestDayMentions += mentions
    else this.#days.set(day, (this.#days.get(day) ?? 0) + mentions)
  }

  /** Mentions of the last 14 days. */
  recentMentions(): number {
    let sum = this.#latestDayMentions
    for (const count of this.#days.values()) sum += count
    return sum
  }

  /** Forgets everything that was counted. */
  startOver(): void {
    this.cells.clear()
    this.changed = []
    this.#days.clear()
    this.#latestDay = -1
    this.#latestDayMentions = 0
  }

  /** Forgets cells before `minute` and days older than 14. */
  prune(minute: number, now: number): void {
    this.cells.delete(minute - 1)
    if (now % 60 !== 0) return
    this.cells.prune(minute)
    this.cells.pack(minute, now)
    const oldestDay = Math.floor((now * minuteMs) / dayMs) - shareDays
    if (this.#latestDay < oldestDay) this.#beginDay(-1)
    for (const day of this.#days.keys()) if (day < oldestDay) this.#days.delete(day)
    this.unobserved.prune(minute)
  }

  encode(writer: Writer): void {
    writer.string(this.name)
    writer.unsigned(this.joinMinute)
    writer.unsigned(this.toldMinute)
    writer.flag(this.toldObserved)
    this.unobserved.encode(writer)
    this.cells.encode(writer)
    const days = [...this.#days].sort((a, b) => a[0] - b[0])
    if (this.#latestDay >= 0) days.push([this.#latestDay, this.#latestDayMentions])
    writer.list(days, ([day, count]) => {
      writer.unsigned(day)
      writer.unsigned(count)
    })
  }

  static decode(brand: string, reader: Reader): PlatformMinutes {
    const platform = new PlatformMinutes(brand, reader.string(), reader.unsigned())
    platform.toldMinute = reader.unsigned()
    platform.toldObserved = reader.flag()
    platform.unobserved = MinuteSpans.decode(reader)
    platform.cells = MinuteCells.decode(reader)
    platform.changed = platform.cells.changed()
    for (let left = reader.unsigned(); left > 0; left -= 1)
      platform.countDay(reader.unsigned() * dayMs, reader.unsigned())
    return platform
  }

  #beginDay(day: number): void {
    if (this.#latestDay >= 0) this.#days.set(this.#latestDay, this.#latestDayMentions)
    this.#latestDay = day
    this.#latestDayMentions = 0
  }
}
