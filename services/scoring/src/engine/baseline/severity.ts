import type { SignalName, ThresholdsConfig, WindowEvaluation } from '@nabiz/shared/contracts'
import type { Forecast, WindowBuckets } from './baseline.ts'

/** A window's value and what it is judged by. */
export interface WindowQuestion {
  forecast: Forecast
  /** Sum of the signal over the window. */
  value: number
  windowBuckets: WindowBuckets
  thresholds: ThresholdsConfig
  /**
   * Multiplies the scale beside the configured sensitivity, 1 unless given. It takes no boundary below that of pure
   * chance: counts as even as they can be must not page because they have been calm.
   */
  factor?: number
  /** Decides the floors; volume unless given. */
  signal?: Exclude<SignalName, 'negativity'>
  /** For reach: negative mentions in the window, which must pass the floors of `negative` in reach's place… */
  mentionsInWindow?: number
  /** …and how many of them the brand usually has an hour, which decides which floor is its own. */
  mentionRatePerHour?: number
}

/** What a window says; severity 1.0 is the page boundary. */
export interface WindowVerdict {
  value: number
  expected: number
  sigma: number
  /** (value - expected) / sigma, for people; decisions use severity. */
  z: number
  /** The excess over the expected value that has severity 1.0 when no floor is in the way. */
  boundary: number
  /** Least whole count with severity 1.0, floors included; Infinity where there is none. */
  countAtSeverity1: number
  /** The same for severity 2.0. */
  countAtSeverity2: number
  /** Value with severity 1.0, floors included, in the unit of `value`; Infinity where there is none. */
  valueAtSeverity1: number
  /** 0 while a floor is not reached. */
  severity: number
  /** What recovery is judged by: falls below 0 when the window holds less than expected. */
  severityWithoutFloors: number
  /** Why `severity` is below 1, where something other than the boundary keeps it there. */
  limit?: NonNullable<WindowEvaluation['limit']>
  /** It holds less than expected; absent: more is what counts. */
  direction?: NonNullable<WindowEvaluation['direction']>
  /** Each five minutes of it ran as high as that: it counts for two evaluations. */
  isSteady?: true
  /** Of engagement: the counter it speaks of. */
  counter?: NonNullable<WindowEvaluation['counter']>
}

/** Of a window in which no count would page. */
export const nothingPages = {
  countAtSeverity1: Number.POSITIVE_INFINITY,
  countAtSeverity2: Number.POSITIVE_INFINITY,
  valueAtSeverity1: Number.POSITIVE_INFINITY,
}

/** How many times its part of the hour's number a window needs on the first day. */
const firstDayRatio = { 12: 1, 3: 5 / 3, 1: 10 / 3 } as const

/** Multiple of the floors in mentions that a signal answers to; of reach: the floors of its negative mentions. */
const floorShare = { volume: 1, negative: 0.5, authors: 0.5, reach: 0.5, engagement: 1 } as const

/** Steps 7 and 8 of the rule: severity of one window, and the counts at which the next mention would decide. */
export function evaluateWindow(question: WindowQuestion): WindowVerdict {
  const { forecast, value } = question
  const { expected, sigma } = forecast
  const limits = limitsOf(question)
  const severityWithoutFloors = (value - expected) / limits.boundary
  const mentions = question.signal === 'reach' ? (question.mentionsInWindow ?? 0) : value
  const passes = value >= limits.ratioFloor && mentions >= limits.countFloor
  const countAtSeverity1 = countAt(question, limits, 1)
  return {
    value,
    expected,
    sigma,
    z: (value - expected) / sigma,
    boundary: limits.boundary,
    countAtSeverity1,
    countAtSeverity2: countAt(question, limits, 2),
    valueAtSeverity1: countAtSeverity1,
    severity: passes ? Math.max(0, severityWithoutFloors) : 0,
    severityWithoutFloors,
  }
}

interface Limits {
  /** Excess with severity 1.0. */
  boundary: number
  /** Least count of mentions. */
  countFloor: number
  /** Least value, as a multiple of the expected one. */
  ratioFloor: number
}

function limitsOf(question: WindowQuestion): Limits {
  const { forecast, windowBuckets, thresholds, signal = 'volume', factor = 1 } = question
  const { floors, sensitivity } = thresholds
  const share = floorShare[signal]
  if (forecast.phase === 'none') {
    // Followers, likes and views have no number that fits every brand: on the first day they are silent.
    const isSilent = signal === 'reach' || signal === 'engagement'
    const fixed = isSilent ? Number.POSITIVE_INFINITY : firstDayCount(thresholds, windowBuckets) * share
    return {
      // A lively brand's morning is no crisis: once there are hours to compare with, it takes twice the greatest of them.
      boundary: sensitivity * Math.max(fixed, floors.ratioHour * (forecast.greatest ?? 0)),
      countFloor: windowBuckets === 12 ? 0 : floors.shortCount,
      ratioFloor: 0,
    }
  }
  const multiple = boundaryMultiple(thresholds, windowBuckets, forecast.phase)
  // Reach has a rate in followers, which says nothing about the number of mentions.
  const rate = signal === 'reach' ? (question.mentionRatePerHour ?? 0) : forecast.ratePerHour
  // Nothing else was measured.
  const easing = signal === 'volume' && thresholds.easing ? (forecast.easing ?? 1) : 1
  const ratio = windowBuckets === 12 ? floors.ratioHour : floors.ratioShort
  return {
    boundary: sensitivity * multiple * scaledBy(factor * easing, forecast, windowBuckets),
    countFloor: mentionFloor(rate, windowBuckets, thresholds, signal),
    ratioFloor: ratio * forecast.expected,
  }
}

/** The scale of a window times a factor, which takes it no lower than the root of what is expected. */
export function scaledBy(
  factor: number,
  { expected, sigma, burst }: Pick<Forecast, 'expected' | 'sigma' | 'burst'>,
  windowBuckets: WindowBuckets,
): number {
  const scale = Math.max(sigma, burst)
  return Math.max(factor * scale, Math.min(scale, chanceScale(expected, windowBuckets)))
}

/** How much a window scatters by chance alone: the root of what is expected, of a sixth of a mention a bucket at least. */
export function chanceScale(expected: number, windowBuckets: WindowBuckets): number {
  return Math.sqrt(Math.max(expected, windowBuckets / 6))
}

/** The first day's number for a window: a part of the hour in any lively conversation holds more than its share. */
function firstDayCount({ floors }: ThresholdsConfig, windowBuckets: WindowBuckets): number {
  return floors.firstDayPerHour * (windowBuckets / 12) * firstDayRatio[windowBuckets]
}

/**
 * Least mentions in a window at which a brand with this rate of them can page; of reach: negative mentions; of
 * engagement: what one counter grew by.
 */
export function mentionFloor(
  ratePerHour: number,
  windowBuckets: number,
  { floors }: ThresholdsConfig,
  signal: keyof typeof floorShare = 'volume',
): number {
  if (signal === 'engagement')
    return Math.max(floors.shortCount, (floors.engagementPerHour * windowBuckets) / 12)
  const share = floorShare[signal]
  const large = ratePerHour >= floors.largePerHour * share
  const perHour = (large ? floors.largePerHour : floors.smallPerHour) * share
  const floor = (perHour * windowBuckets) / 12
  return windowBuckets >= 12 ? floor : Math.max(floor, floors.shortCount)
}

function countAt(question: WindowQuestion, limits: Limits, severity: number): number {
  const { expected } = question.forecast
  const floor = question.signal === 'reach' ? 0 : limits.countFloor
  const least = Math.ceil(Math.max(0, floor, limits.ratioFloor))
  let count = Math.max(least, Math.ceil(expected + severity * limits.boundary))
  // Above 2^53 one more is no more: the search below would never end, and no count gets there.
  if (!(count < Number.MAX_SAFE_INTEGER)) return Number.POSITIVE_INFINITY
  // The division above may round either way: the count is the first one that the division itself lets through.
  while ((count - expected) / limits.boundary < severity) count += 1
  while (count > least && (count - 1 - expected) / limits.boundary >= severity) count -= 1
  return count
}

/** T of a window: its boundary in deviations, one more while the baseline is plain. */
export function boundaryMultiple(
  { windows }: ThresholdsConfig,
  windowBuckets: WindowBuckets,
  phase: Forecast['phase'],
): number {
  const multiple = windowBuckets === 12 ? windows.m60 : windowBuckets === 3 ? windows.m15 : windows.m5
  return phase === 'full' ? multiple : multiple + 1
}
