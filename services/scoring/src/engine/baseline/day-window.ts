import { missing } from './count-ring.ts'

/** Hours in the window: a whole day, so that it has no time of day of its own. */
const hoursPerDay = 24
const bucketsPerHour = 12
/** Hours looked at: 14 days. */
const historyHours = 14 * hoursPerDay
/** Hours that have to be observed before a day is compared with days: the window's own and three days before it. */
const leastHours = 4 * hoursPerDay
/** An hour counts for at most this many average ones: a burst of a few hours is not a day that runs high. */
const capHours = 4
/** The last hours, which say whether it is still going on. */
const recentHours = 6
/** Share of a stretch that has to be observed. */
const leastObserved = 0.75

/** The last 24 whole hours against the days before them. */
export interface DayForecast {
  /** What they held; hours nobody saw are taken as the others. */
  value: number
  /** The same, no hour counting for more than four average ones: what severity is judged by. */
  capped: number
  /** Mean of the 24-hour sums that ended from 24 hours to 14 days ago. */
  expected: number
  /** Deviation of those sums, at least the root of their mean. */
  sigma: number
  /** What the last six hours held, as a multiple of the same hours of the days before; 0 where nothing is known. */
  recentRatio: number
}

/** Reads the count of a bucket; -1 when nobody saw it. */
type Counts = (index: number) => number

/**
 * The day that ends with the last whole hour before bucket `next`; undefined while under four days were observed, or too
 * little of the day itself. The window moves by the hour, so that it takes one walk over 14 days an hour.
 */
export function forecastDay(counts: Counts, next: number): DayForecast | undefined {
  const known = hoursOf(counts, next)
  // What lies before the first hour seen is not a gap: filling it with what came after would tell of another time of day.
  const hours = known.slice(
    Math.max(
      0,
      known.findIndex((hour) => hour !== undefined),
    ),
  )
  if (hours.filter((hour) => hour !== undefined).length < leastHours) return undefined
  const last = hours.length - hoursPerDay
  const value = sumOf(hours, last, hours.length)
  if (value === undefined) return undefined
  const days: number[] = []
  for (let from = 0; from + hoursPerDay <= last; from += 1) {
    const sum = sumOf(hours, from, from + hoursPerDay)
    if (sum !== undefined) days.push(sum)
  }
  if (days.length === 0) return undefined
  const expected = days.reduce((sum, day) => sum + day, 0) / days.length
  const squares = days.reduce((sum, day) => sum + (day - expected) ** 2, 0)
  const sigma = Math.max(1, Math.sqrt(expected), Math.sqrt(squares / days.length))
  const most = (capHours * expected) / hoursPerDay
  const limited = hours.map((hour) => (hour === undefined ? undefined : Math.min(hour, most)))
  return {
    value,
    capped: sumOf(limited, last, hours.length) ?? value,
    expected,
    sigma,
    recentRatio: recentRatio(hours),
  }
}

/** Sums of the last 336 whole hours, oldest first; undefined where too little was observed. */
function hoursOf(counts: Counts, next: number): (number | undefined)[] {
  const end = Math.floor(next / bucketsPerHour)
  return Array.from({ length: historyHours }, (_, position) => {
    const from = (end - historyHours + position) * bucketsPerHour
    let sum = 0
    let observed = 0
    for (let index = from; index < from + bucketsPerHour; index += 1) {
      const count = counts(index)
      if (count === missing) continue
      sum += count
      observed += 1
    }
    return observed < bucketsPerHour * leastObserved ? undefined : (sum * bucketsPerHour) / observed
  })
}

/** Sum of the hours [from, to), scaled up for those that are missing; undefined when they are too many. */
function sumOf(hours: readonly (number | undefined)[], from: number, to: number): number | undefined {
  let sum = 0
  let observed = 0
  for (let at = from; at < to; at += 1) {
    const hour = hours[at]
    if (hour === undefined) continue
    sum += hour
    observed += 1
  }
  return observed < (to - from) * leastObserved ? undefined : (sum * (to - from)) / observed
}

function recentRatio(hours: readonly (number | undefined)[]): number {
  const from = hours.length - recentHours
  const recent = sumOf(hours, from, hours.length)
  let usual = 0
  let days = 0
  for (let begin = from - hoursPerDay; begin >= 0; begin -= hoursPerDay) {
    const same = sumOf(hours, begin, begin + recentHours)
    if (same === undefined) continue
    usual += same
    days += 1
  }
  if (recent === undefined || days === 0) return 0
  return usual === 0 ? (recent > 0 ? Number.MAX_VALUE : 0) : (recent * days) / usual
}
