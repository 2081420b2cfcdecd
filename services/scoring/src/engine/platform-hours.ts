import type { FallSpread } from './baseline/baseline.ts'
import { fallSpreadOf, regularOf } from './baseline/daily-maxima.ts'
import { cappedDeviation } from './baseline/deviation.ts'
import { levelRatio, type ShiftedHour, scaleCounts, shiftHours } from './baseline/level-shift.ts'
import { burstDivisor } from './baseline/window-state.ts'
import { zoneOffsetAt } from './brand-settings.ts'
import type { Reader, Writer } from './codec.ts'
import { hourMs } from './grid.ts'
import type { Machine } from './state-machine.ts'

const hoursPerDay = 24
const historyDays = 14
/** Hours remembered: fourteen days before the running one, and room for the window that ends in it. */
const keptHours = (historyDays + 1) * hoursPerDay
const missing = -1

type Cells = Uint8Array | Uint16Array | Uint32Array
const capDeviations = 8
/** Each round, what one storm adds beyond the cap of the round before is more than halved. */
const capRounds = 6
/** A deviation needs as many hours: three days. */
const leastHours = 72

/** What an hour of one platform should hold, and how far that varies. */
export interface HourForecast {
  expected: number
  sigma: number
  /** Scale that regular daily bursts ask for, as in the brand's own baseline. */
  burst: number
  /** Observed days behind it. */
  days: number
  ratePerHour: number
  /** How far its hours fall below the expected. */
  fall: FallSpread
}

/** The columns that are followed of a platform, in the order of their counts. */
export const followed = ['volume', 'negative'] as const
export type FollowedSignal = (typeof followed)[number]

/** One platform of a brand, judged by itself. */
export interface Scope {
  hours: PlatformHours
  /** Of the signals that ever left `ok`. */
  machines: Map<FollowedSignal, Machine>
}

/** Residuals of 14 days. */
interface Spread {
  deviation: number
  burst: number
  fall: FallSpread
  hours: number
  mean: number
}

/**
 * Counts of one platform by the hour, over 15 days: enough to say what an hour of it usually holds, in 0.7 to 3 KB, as
 * narrow as the greatest count allows. Only hours that are over are held; late mentions are added to theirs.
 */
export class PlatformHours {
  /** Two counts an hour, a ring by hours since 1970. */
  #cells: Cells = new Uint8Array(keptHours * followed.length).fill(2 ** 8 - 1)
  /** The latest hour there is; 0 before the first. */
  #latest = 0
  /** What `#spread` found, by column, until an hour changes. */
  #spreads: { last: number; spread: Spread | undefined }[] = []

  /** Takes what was written in an hour that is over; undefined where too much of it was not seen. */
  close(hour: number, counts: { mentions: number; negatives: number } | undefined): void {
    const first = Math.max(this.#latest + 1, hour - keptHours + 1)
    for (let each = first; each <= hour; each += 1) this.#forget(each)
    this.#latest = hour
    if (counts !== undefined) this.#put(hour, counts.mentions, counts.negatives)
  }

  /** Adds what was written in an hour that is over; ignored where that hour says nothing. Says whether it was added. */
  add(hour: number, mentions: number, negatives: number): boolean {
    const before = this.#get(hour, 0)
    if (before === missing) return false
    this.#put(hour, before + mentions, this.#get(hour, 1) + negatives)
    return true
  }

  /** As if nobody had seen the hours from `first` to `last`. */
  exclude(first: number, last: number): void {
    const from = Math.max(first, this.#latest - keptHours + 1)
    for (let hour = from; hour <= Math.min(last, this.#latest); hour += 1) this.#forget(hour)
  }

  /** Takes the hours from `first` on for the level of from now on: those before are scaled to it. */
  adopt(first: number): void {
    const oldest = Math.max(0, this.#latest - keptHours + 1)
    const scales = followed.map((_, column) => {
      const ratio = levelRatio(this.#hoursSince(first, column))
      return ratio === undefined ? undefined : scaleCounts(ratio)
    })
    for (let hour = oldest; hour < first && hour <= this.#latest; hour += 1) {
      const [mentions = missing, negatives = missing] = followed.map((_, column) => {
        const count = this.#get(hour, column)
        return count === missing ? missing : (scales[column]?.(count) ?? count)
      })
      if (mentions !== missing) this.#put(hour, mentions, negatives)
    }
  }

  /**
   * What the 60 minutes that end with `minute` should hold: the mean of the same local time of the last 14 days, a window
   * across two hours being parts of both. Undefined with less than three days of history.
   */
  forecast(
    signal: FollowedSignal,
    minute: number,
    offsets: Parameters<typeof zoneOffsetAt>[0],
  ): HourForecast | undefined {
    const column = followed.indexOf(signal)
    const running = Math.floor((minute + 1) / 60)
    const part = ((minute + 1) % 60) / 60
    let sum = 0
    let seen = 0
    for (let day = 1; day <= historyDays; day += 1) {
      const hour = sameHour(running, day, offsets)
      const before = this.#get(hour - 1, column)
      const within = part === 0 ? 0 : this.#get(hour, column)
      if (before === missing || within === missing) continue
      sum += (1 - part) * before + part * within
      seen += 1
    }
    if (seen === 0) return undefined
    const expected = sum / seen
    const spread = this.#spreadUpTo(column, running - 2)
    if (spread === undefined) return undefined
    const scale = Math.sqrt(Math.max(expected, 2))
    return {
      expected,
      sigma: Math.max(1, scale * spread.deviation),
      burst: (scale * spread.burst) / burstDivisor,
      days: spread.hours / hoursPerDay,
      ratePerHour: spread.mean,
      fall: spread.fall,
    }
  }

  encode(writer: Writer): void {
    writer.unsigned(this.#latest)
    writer.unsigned(this.#cells.BYTES_PER_ELEMENT)
    writer.bytes(new Uint8Array(this.#cells.buffer, this.#cells.byteOffset, this.#cells.byteLength))
  }

  static decode(reader: Reader): PlatformHours {
    const hours = new PlatformHours()
    hours.#latest = reader.unsigned()
    hours.#cells = cellsOf(reader.unsigned(), reader.bytes())
    return hours
  }

  /** The last hours since one, and the mean of the same hour of the days before it. */
  #hoursSince(first: number, column: number): ShiftedHour[] {
    const hours: ShiftedHour[] = []
    for (let hour = this.#latest; hour >= first && hours.length < shiftHours; hour -= 1) {
      const value = this.#get(hour, column)
      const before: number[] = []
      for (let same = hour - hoursPerDay; same > this.#latest - keptHours; same -= hoursPerDay) {
        const count = this.#get(same, column)
        if (same < first && count !== missing) before.push(count)
      }
      if (value === missing || before.length === 0) continue
      hours.push({ value, expected: before.reduce((sum, count) => sum + count, 0) / before.length })
    }
    return hours
  }

  #spreadUpTo(column: number, last: number): Spread | undefined {
    const known = this.#spreads[column]
    if (known?.last === last) return known.spread
    const spread = this.#spread(column, last)
    this.#spreads[column] = { last, spread }
    return spread
  }

  /** Residuals of the 14 days up to `last`: their deviation, each capped at eight, and the fifth-largest daily one. */
  #spread(column: number, last: number): Spread | undefined {
    const first = last - historyDays * hoursPerDay + 1
    const totals = new Float64Array(hoursPerDay)
    const observed = new Uint8Array(hoursPerDay)
    const loudest = new Float64Array(hoursPerDay)
    let hours = 0
    let all = 0
    for (let hour = first; hour <= last; hour += 1) {
      const count = this.#get(hour, column)
      if (count === missing) continue
      const slot = hour % hoursPerDay
      totals[slot] = (totals[slot] ?? 0) + count
      observed[slot] = (observed[slot] ?? 0) + 1
      loudest[slot] = Math.max(loudest[slot] ?? 0, count)
      hours += 1
      all += count
    }
    if (hours < leastHours) return undefined
    const residuals: number[] = []
    const greatest = new Array<number>(historyDays).fill(Number.NEGATIVE_INFINITY)
    const deepest = new Array<number>(historyDays).fill(0)
    let lacking = 0
    for (let hour = first; hour <= last; hour += 1) {
      const count = this.#get(hour, column)
      const slot = hour % hoursPerDay
      const others = (observed[slot] ?? 0) - 1
      if (count === missing || others < 1) continue
      // Without the loudest day: one storm must not make the same hour of every other day look too quiet.
      const expected = ((totals[slot] ?? 0) - (loudest[slot] ?? 0)) / others
      const residual = (count - expected) / Math.sqrt(Math.max(expected, 2))
      residuals.push(residual)
      const day = Math.floor((hour - first) / hoursPerDay)
      greatest[day] = Math.max(greatest[day] ?? Number.NEGATIVE_INFINITY, residual)
      deepest[day] = Math.max(deepest[day] ?? 0, -residual)
      lacking += Math.min(0, residual) ** 2
    }
    let deviation = cappedDeviation(residuals, Number.POSITIVE_INFINITY)
    for (let round = 0; round < capRounds; round += 1)
      deviation = cappedDeviation(residuals, capDeviations * deviation)
    const fall = fallSpreadOf(lacking / residuals.length, deepest)
    return { deviation, burst: Math.max(0, regularOf(greatest) ?? 0), fall, hours, mean: all / hours }
  }

  #get(hour: number, column: number): number {
    if (hour > this.#latest || hour <= this.#latest - keptHours || hour < 0) return missing
    const count = this.#cells[placeOf(hour) + column]
    return count === undefined || count === holeOf(this.#cells) ? missing : count
  }

  #put(hour: number, mentions: number, negatives: number): void {
    while (Math.max(mentions, negatives) >= holeOf(this.#cells)) this.#cells = widen(this.#cells)
    const at = placeOf(hour)
    this.#cells[at] = mentions
    this.#cells[at + 1] = negatives
    this.#spreads = []
  }

  #forget(hour: number): void {
    const at = placeOf(hour)
    this.#cells.fill(holeOf(this.#cells), at, at + followed.length)
    this.#spreads = []
  }
}

/** The value that stands for an hour that says nothing. */
function holeOf(cells: Cells): number {
  return 2 ** (8 * cells.BYTES_PER_ELEMENT) - 1
}

/** The same counts in cells of twice the width. */
function widen(cells: Cells): Cells {
  const hole = holeOf(cells)
  const wide = cells instanceof Uint8Array ? new Uint16Array(cells.length) : new Uint32Array(cells.length)
  const none = holeOf(wide)
  cells.forEach((count, at) => {
    wide[at] = count === hole ? none : count
  })
  return wide
}

/** Cells of so many bytes each. */
function cellsOf(width: number, bytes: Uint8Array): Cells {
  const cells = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array }[width]
  if (cells === undefined || bytes.length !== width * keptHours * followed.length) {
    throw new RangeError(
      `platform hours: found ${bytes.length} bytes of width ${width}, expected ${keptHours * followed.length} cells of 1, 2 or 4`,
    )
  }
  return new cells(new Uint8Array(bytes).buffer)
}

function placeOf(hour: number): number {
  return (hour % keptHours) * followed.length
}

/** The hour of `days` ago that clocks on the spot showed like `hour`. */
function sameHour(hour: number, days: number, offsets: Parameters<typeof zoneOffsetAt>[0]): number {
  const before = hour - days * hoursPerDay
  const shift = zoneOffsetAt(offsets, hour * hourMs) - zoneOffsetAt(offsets, before * hourMs)
  return before + Math.round(shift / 60)
}
