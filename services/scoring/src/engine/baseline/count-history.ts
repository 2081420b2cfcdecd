import type { FallSpread, Forecast, Spread, SteadyParts, WindowBuckets } from './baseline.ts'
import type { ByteReader, ByteWriter } from './bytes.ts'
import { CountRing, missing } from './count-ring.ts'
import { fallSpreadOf, regularOf } from './daily-maxima.ts'
import { DaySlots } from './day-slots.ts'
import { type DayForecast, forecastDay } from './day-window.ts'
import { Easing } from './easing.ts'
import {
  bucketsPerDay,
  fadingBuckets,
  halfWidth,
  historyBuckets,
  hourlyResiduals,
  lagBuckets,
  leastResiduals,
  windowLengths,
} from './grid.ts'
import { levelRatio, type ShiftedHour, scaleCounts, shiftHours } from './level-shift.ts'
import { ResidualRing } from './residual-ring.ts'
import { steadySpread } from './steady-spread.ts'
import { WindowState } from './window-state.ts'

/** A bucket enters its time-of-day slot when no window around the running one can reach back to it. */
const slotDelay = 12 + halfWidth
/** A residual above this many deviations of its moment is stored as if it were there. */
const capDeviations = 8

interface Parts {
  counts: CountRing
  residuals: ResidualRing
  slots: DaySlots
  windows: readonly WindowState[]
  easing: Easing
}

/** The steps of the rule as streaming state, from the first observed bucket on. */
export class CountHistory {
  readonly #begin: number
  #next: number
  readonly #counts: CountRing
  readonly #residuals: ResidualRing
  readonly #slots: DaySlots
  readonly #windows: readonly WindowState[]
  readonly #easing: Easing
  /** What it makes of the counts there are; 0 while nobody has asked. */
  #eased = 0
  /** How far hours fall below the expected, and the hour that belongs to. */
  #fall: { hour: number; spread: FallSpread | undefined } | undefined
  /** How its windows scatter between bursts, and the hour and loudness that belongs to. */
  #quiet: { hour: number; loud: number; spreads: (Spread | undefined)[] } | undefined
  /** How steady its counts are by themselves, by the number of buckets, and the hour and loudness that belongs to. */
  readonly #steady = new Map<SteadyParts, { hour: number; loud: number; spread: Spread | undefined }>()
  /** Observed buckets among the last 4,032 closed, and what they held. */
  #observed: number
  #total: number
  /** The last day's forecast and the hour it belongs to. */
  #day: { hour: number; forecast: DayForecast | undefined } | undefined

  /** A history whose first bucket to close is `begin`. */
  constructor(begin: number, parts: Parts = emptyParts(begin)) {
    this.#begin = begin
    this.#next = parts.counts.end
    this.#counts = parts.counts
    this.#residuals = parts.residuals
    this.#slots = parts.slots
    this.#windows = parts.windows
    this.#easing = parts.easing
    const { observed, total } = parts.counts.sumOf(this.#next - historyBuckets, this.#next - 1)
    this.#observed = observed
    this.#total = total
  }

  get next(): number {
    return this.#next
  }

  /** Closes the next bucket with its count; undefined when nobody could see it. */
  close(count: number | undefined, shift: number): void {
    const index = this.#next
    this.#slots.noteShift(index, shift)
    this.#counts.push(count ?? missing)
    this.#residuals.push()
    // Residuals begin on the second day, when there is a same time of day to compare with.
    if (index - this.#begin >= bucketsPerDay) this.#judge(index, shift)
    this.#tally(this.#counts.get(index), 1)
    this.#tally(this.#counts.get(index - historyBuckets), -1)
    this.#next = index + 1
    this.#advance(index + 1)
    this.#easing.close(this.#counts, index + 1)
    this.#eased = 0
  }

  /** Changes a closed, observed bucket: counts and expectations follow exactly, residuals stay as they were. */
  correct(index: number, delta: number): void {
    const before = this.#counts.get(index)
    if (before === missing || index < this.#next - historyBuckets) return
    this.#day = undefined
    this.#quiet = undefined
    this.#steady.clear()
    this.#eased = 0
    const touched: { window: number; index: number; before: number }[] = []
    windowLengths.forEach((length, window) => {
      const last = Math.min(index + length - 1, this.#next - lagBuckets)
      for (let end = Math.max(index, this.#begin); end <= last; end += 1) {
        if (end <= this.#next - lagBuckets - historyBuckets) continue
        const sum = this.#sum(end, length)
        if (sum !== undefined) touched.push({ window, index: end, before: sum })
      }
    })
    const change = this.#counts.set(index, Math.max(0, before + delta)) - before
    this.#total += change
    this.#slots.correct(index, change)
    for (const entry of touched) {
      const length = windowLengths[entry.window] ?? 0
      const after = this.#sum(entry.index, length) ?? entry.before
      this.#windows[entry.window]?.sums.replace(entry.before, after, this.#next - lagBuckets - entry.index)
    }
  }

  /** The history of the buckets that are held, as if those of [from, to] had not been observed. */
  without(from: number, to: number): CountHistory {
    const oldest = Math.max(this.#counts.begin, this.#next - historyBuckets)
    if (to < oldest || from >= this.#next || to < from) return this
    return this.#rebuilt((index, count) => (index >= from && index <= to ? missing : count))
  }

  /** The history of the buckets that are held, as if those before `from` had been of the level since. */
  adopting(from: number): CountHistory {
    const before = this.without(from, this.#next - 1)
    const ratio = before === this ? undefined : levelRatio(this.#hoursSince(from, before))
    if (ratio === undefined) return this
    const scaled = scaleCounts(ratio)
    return this.#rebuilt((index, count) => (index < from && count !== missing ? scaled(count) : count))
  }

  /** The forecast at the running bucket is the rule's; at any other index, its scale is the running one's. */
  forecast(length: WindowBuckets, index: number, shift: number): Forecast {
    const state = this.#windows[windowLengths.indexOf(length)]
    const days = this.#observed / bucketsPerDay
    const ratePerHour = this.#observed === 0 ? 0 : (12 * this.#total) / this.#observed
    if (state === undefined || days < 1 || state.sums.count === 0) {
      const greatest = this.#greatest(length)
      return { expected: 0, sigma: 1, burst: 0, days, phase: 'none', ratePerHour, greatest }
    }
    const expected = this.#isFull(state) ? this.#slots.expected(length, index, shift, this.#counts) : -1
    if (expected < 0) {
      const sigma = Math.max(1, state.sums.deviation)
      return { expected: state.sums.mean, sigma, burst: 0, days, phase: 'plain', ratePerHour }
    }
    const scale = scaleAt(expected, length)
    const sigma = Math.max(1, scale * state.residuals.deviation)
    if (this.#eased === 0) this.#eased = this.#easing.factor(this.#counts, this.#next)
    const burst = state.burst(scale)
    return { expected, sigma, burst, days, phase: 'full', ratePerHour, easing: this.#eased }
  }

  /** The last 24 whole hours against the days before. */
  day(): DayForecast | undefined {
    const hour = Math.floor(this.#next / 12)
    if (this.#day?.hour !== hour) {
      this.#day = { hour, forecast: forecastDay((index) => this.#counts.get(index), this.#next) }
    }
    return this.#day.forecast
  }

  /** How far hours fall below the expected. */
  fall(): FallSpread | undefined {
    const hour = Math.floor(this.#next / 12)
    if (this.#fall?.hour !== hour) this.#fall = { hour, spread: this.#spreadOfFalls() }
    return this.#fall.spread
  }

  /** Greatest count of the closed buckets [from, to] that are held. */
  greatest(from: number, to: number): number {
    let greatest = 0
    for (let index = from; index <= to; index += 1) greatest = Math.max(greatest, this.#counts.get(index))
    return greatest
  }

  /** The least of them; 0 where one is not held. */
  least(from: number, to: number): number {
    let least = Number.POSITIVE_INFINITY
    for (let index = from; index <= to; index += 1)
      least = Math.min(least, Math.max(0, this.#counts.get(index)))
    return least
  }

  /** How a window scatters between bursts. */
  quiet(length: WindowBuckets, loud: number): Spread | undefined {
    const hour = Math.floor(this.#next / 12)
    if (this.#quiet?.hour !== hour || this.#quiet.loud !== loud) {
      const spreads = windowLengths.map((each, window) => this.#spreadBetweenBursts(window, each, loud))
      this.#quiet = { hour, loud, spreads }
    }
    return this.#quiet.spreads[windowLengths.indexOf(length)]
  }

  /** How the least of adjacent buckets scatters. */
  steady(parts: SteadyParts, loud: number): Spread | undefined {
    const hour = Math.floor(this.#next / 12)
    let known = this.#steady.get(parts)
    if (known?.hour !== hour || known.loud !== loud) {
      const last = this.#lastOfWholeHours()
      const spread = steadySpread({
        counts: (index) => this.#counts.get(index),
        slot: (index) => this.#slots.slotAt(index),
        first: Math.max(this.#counts.begin, last - hourlyResiduals + 1),
        last,
        parts,
        loud,
      })
      known = { hour, loud, spread }
      this.#steady.set(parts, known)
    }
    return known.spread
  }

  encode(writer: ByteWriter): void {
    writer.uint32(this.#begin)
    writer.uint32(this.#next)
    this.#counts.encode(writer)
    this.#residuals.encode(writer)
    this.#slots.encode(writer)
    for (const window of this.#windows) window.encode(writer)
    this.#easing.encode(writer)
  }

  /** Reads what `encode` wrote, or what the encodings of earlier versions did. */
  static decode(reader: ByteReader, version: 1 | 2 | 3): CountHistory {
    const begin = reader.uint32()
    const next = reader.uint32()
    const counts = CountRing.decode(reader)
    const residuals = version === 1 ? ResidualRing.decodePlain(reader) : ResidualRing.decode(reader)
    reader.check(
      counts.end === next && residuals.end === next,
      `rings that end at ${counts.end} and ${residuals.end}`,
      `${next}`,
    )
    const slots = DaySlots.decode(reader, counts)
    const windows = windowLengths.map(() => WindowState.decode(reader))
    const easing = version < 3 ? Easing.of(counts, next) : Easing.decode(reader)
    return new CountHistory(begin, { counts, residuals, slots, windows, easing })
  }

  /** The history that counts changed one by one would have given; -1 is one that nobody saw. */
  #rebuilt(changed: (index: number, count: number) => number): CountHistory {
    const oldest = Math.max(this.#counts.begin, this.#next - historyBuckets)
    const rebuilt = new CountHistory(oldest)
    for (let index = oldest; index < this.#next; index += 1) {
      const count = changed(index, this.#counts.get(index))
      rebuilt.close(count === missing ? undefined : count, this.#slots.shiftAt(index))
    }
    return rebuilt
  }

  /** The last hours since a bucket, and what the history before it expects of them. */
  #hoursSince(from: number, before: CountHistory): ShiftedHour[] {
    const hours: ShiftedHour[] = []
    for (let end = this.#next - 1; end - 11 >= from && hours.length < shiftHours; end -= 12) {
      const value = this.#sum(end, 12)
      const expected = before.#slots.expected(12, end, this.#slots.shiftAt(end), before.#counts)
      if (value !== undefined && expected >= 0) hours.push({ value, expected })
    }
    return hours
  }

  #spreadOfFalls(): FallSpread | undefined {
    const deepest = new Array<number>(historyBuckets / bucketsPerDay).fill(0)
    let squares = 0
    let hours = 0
    this.#walkWholeHours(0, (residual, age) => {
      hours += 1
      if (residual >= 0) return
      squares += residual * residual
      const day = Math.floor(age / bucketsPerDay)
      deepest[day] = Math.max(deepest[day] ?? 0, -residual)
    })
    if (hours < leastResiduals) return undefined
    return fallSpreadOf(squares / hours, deepest)
  }

  #spreadBetweenBursts(window: number, length: number, loud: number): Spread | undefined {
    const greatest = new Array<number>(historyBuckets / bucketsPerDay).fill(Number.NEGATIVE_INFINITY)
    let sum = 0
    let squares = 0
    let found = 0
    let seen = this.#counts.begin - 1
    let lastLoud = Number.NEGATIVE_INFINITY
    this.#walkWholeHours(window, (residual, age, index) => {
      while (seen < index) {
        seen += 1
        if (this.#counts.get(seen) >= loud) lastLoud = seen
      }
      if (index - lastLoud < length + fadingBuckets) return
      sum += residual
      squares += residual * residual
      found += 1
      const day = Math.floor(age / bucketsPerDay)
      greatest[day] = Math.max(greatest[day] ?? 0, residual)
    })
    if (found < leastResiduals) return undefined
    const deviation = Math.sqrt(Math.max(0, squares / found - (sum / found) ** 2))
    return { deviation, regular: Math.max(0, regularOf(greatest) ?? 0) }
  }

  /** The last bucket an hour before the running hour. */
  #lastOfWholeHours(): number {
    return this.#next - (this.#next % 12) - 1 - lagBuckets
  }

  /** Residuals of a window up to then, oldest first, with their age in buckets. */
  #walkWholeHours(window: number, see: (residual: number, age: number, index: number) => void): void {
    const last = this.#lastOfWholeHours()
    this.#residuals.walk(window, (residual, index) => {
      const age = last - index
      if (age >= 0 && age < hourlyResiduals) see(residual, age, index)
    })
  }

  #tally(count: number, sign: 1 | -1): void {
    if (count === missing) return
    this.#observed += sign
    this.#total += sign * count
  }

  /** Whether a window has the history that the rule needs. */
  #isFull(state: WindowState): boolean {
    return this.#observed >= 3 * bucketsPerDay && state.residuals.count >= leastResiduals
  }

  /** Steps 3 and 5 of the rule for the windows that end with bucket `index`. */
  #judge(index: number, shift: number): void {
    windowLengths.forEach((length, window) => {
      const state = this.#windows[window]
      const sum = this.#sum(index, length)
      if (state === undefined) return
      state.recent[index % lagBuckets] = Number.NaN
      if (sum === undefined) return
      const expected = this.#slots.expected(length, index, shift, this.#counts)
      if (expected < 0) return
      const scale = scaleAt(expected, length)
      const residual = (sum - expected) / scale
      state.recent[index % lagBuckets] = residual
      const sigma = Math.max(1, scale * state.residuals.deviation)
      if (window === 0 && this.#isFull(state))
        this.#easing.hour((sum - expected) / Math.max(sigma, state.burst(scale)))
      const uncapped = state.residuals.count < leastResiduals
      this.#residuals.set(
        index,
        window,
        uncapped ? residual : Math.min(residual, (capDeviations * sigma) / scale),
      )
    })
  }

  /** Lets what is an hour old into the deviations, the daily maxima and, later, its time-of-day slot. */
  #advance(next: number): void {
    const entering = next - lagBuckets
    const leaving = entering - historyBuckets
    windowLengths.forEach((length, window) => {
      const state = this.#windows[window]
      if (state === undefined || entering < this.#begin) return
      state.sums.step(this.#sum(entering, length), this.#sum(leaving, length))
      state.residuals.step(this.#residuals.get(entering, window), this.#residuals.get(leaving, window))
      const age = entering - this.#begin - bucketsPerDay
      if (age < 0) return
      // The cell of an hour ago is the next one `judge` overwrites.
      const residual = state.recent[entering % lagBuckets] ?? Number.NaN
      state.maxima.step(age, Number.isNaN(residual) ? undefined : residual)
    })
    if (next - slotDelay >= this.#begin) this.#slots.enter(next - slotDelay, this.#counts)
  }

  /** Greatest sum of the windows that ended in the day up to an hour ago; what was not observed counts as nothing. */
  #greatest(length: number): number {
    let sum = 0
    let greatest = 0
    const last = this.#next - 1 - lagBuckets
    const from = Math.max(this.#begin, last - bucketsPerDay + 1)
    for (let index = from; index <= last; index += 1) {
      sum += Math.max(0, this.#counts.get(index))
      if (index - length >= from) sum -= Math.max(0, this.#counts.get(index - length))
      greatest = Math.max(greatest, sum)
    }
    return greatest
  }

  /** Sum of the window that ends with `end`, scaled up for at most a quarter of unobserved buckets; else undefined. */
  #sum(end: number, length: number): number | undefined {
    const { observed, total } = this.#counts.sumOf(end - length + 1, end)
    if (observed === length) return total
    return observed * 4 >= length * 3 ? (total * length) / observed : undefined
  }
}

function emptyParts(begin: number): Parts {
  return {
    counts: new CountRing(begin),
    residuals: new ResidualRing(begin),
    slots: new DaySlots(),
    windows: windowLengths.map(() => new WindowState()),
    easing: new Easing(),
  }
}

/** Step 3's g: residuals grow with the root of the expected value, of at least two an hour. */
function scaleAt(expected: number, length: number): number {
  return Math.sqrt(Math.max(expected, (2 * length) / 12))
}
