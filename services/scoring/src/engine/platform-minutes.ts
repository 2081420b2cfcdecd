import type { Reader, Writer } from './codec.ts'
import { DistinctCount } from './distinct-count.ts'
import { dayMs, minuteMs } from './grid.ts'
import { hash128 } from './hash.ts'
import { MinuteSpans } from './minute-spans.ts'
import { createSums, type Sums } from './sums.ts'

/** What one platform held in one minute. */
export interface Cell {
  sums: Sums
  /** Authors while they are told apart. */
  authors: DistinctCount | undefined
  /** Number of those before them. */
  settled: number
  /** Records in `counts` about it so far: the next one's revision. */
  told: number
  /** It changed since. */
  changed: boolean
}

/** Distinct authors of a cell; an upper bound once it was settled and more came. */
export function authorsOf(cell: Cell): number {
  return cell.settled + (cell.authors?.count ?? 0)
}

/** Lets a cell keep the number of its authors alone. */
export function settleAuthors(cell: Cell): void {
  cell.settled = authorsOf(cell)
  cell.authors = undefined
}

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
  readonly cells = new Map<number, Cell>()
  /** Minutes of changed cells. */
  changed: number[] = []
  /** Mentions by UTC day. */
  readonly days = new Map<number, number>()
  /** Hash of brand and platform: what the fingerprints of its items begin with. */
  readonly seed: Int32Array

  constructor(brand: string, name: string, joinMinute: number) {
    this.name = name
    this.joinMinute = joinMinute
    const brandHash = hash128(brand, undefined, new Int32Array(4))
    this.seed = hash128(name, brandHash, new Int32Array(4))
  }

  cell(minute: number): Cell {
    let cell = this.cells.get(minute)
    if (cell === undefined) {
      cell = { sums: createSums(), authors: undefined, settled: 0, told: 0, changed: false }
      this.cells.set(minute, cell)
    }
    return cell
  }

  /** Notes that the cell is to be told again. */
  touch(minute: number, cell: Cell): void {
    if (cell.changed) return
    cell.changed = true
    this.changed.push(minute)
  }

  countDay(createdAt: number): void {
    const day = Math.floor(createdAt / dayMs)
    this.days.set(day, (this.days.get(day) ?? 0) + 1)
  }

  /** Mentions of the last 14 days. */
  recentMentions(): number {
    let sum = 0
    for (const count of this.days.values()) sum += count
    return sum
  }

  /** Forgets cells before `minute` and days older than 14. */
  prune(minute: number, now: number): void {
    this.cells.delete(minute - 1)
    if (now % 60 !== 0) return
    for (const known of this.cells.keys()) if (known < minute) this.cells.delete(known)
    const oldestDay = Math.floor((now * minuteMs) / dayMs) - shareDays
    for (const day of this.days.keys()) if (day < oldestDay) this.days.delete(day)
    this.unobserved.prune(minute)
  }

  encode(writer: Writer): void {
    writer.string(this.name)
    writer.unsigned(this.joinMinute)
    writer.unsigned(this.toldMinute)
    writer.flag(this.toldObserved)
    this.unobserved.encode(writer)
    const minutes = [...this.cells.keys()].sort((a, b) => a - b)
    writer.unsigned(minutes.length)
    let before = 0
    for (const minute of minutes) {
      writer.unsigned(minute - before)
      before = minute
      const cell = this.cell(minute)
      writer.list(cell.sums, (value) => writer.unsigned(value))
      writer.unsigned(cell.settled)
      writer.flag(cell.authors !== undefined)
      cell.authors?.encode(writer)
      writer.unsigned(cell.told)
      writer.flag(cell.changed)
    }
    const days = [...this.days].sort((a, b) => a[0] - b[0])
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
    let minute = 0
    for (let left = reader.unsigned(); left > 0; left -= 1) {
      minute += reader.unsigned()
      // Without the spare room that a list has grown.
      const sums = reader.list(() => reader.unsigned()).slice()
      const settled = reader.unsigned()
      const authors = reader.flag() ? DistinctCount.decode(reader) : undefined
      const cell: Cell = { sums, authors, settled, told: reader.unsigned(), changed: reader.flag() }
      platform.cells.set(minute, cell)
      if (cell.changed) platform.changed.push(minute)
    }
    for (let left = reader.unsigned(); left > 0; left -= 1)
      platform.days.set(reader.unsigned(), reader.unsigned())
    return platform
  }
}
