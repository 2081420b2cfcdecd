import type { Spread, SteadyParts } from './baseline.ts'
import { mentionFloor, scaledBy, type WindowQuestion, type WindowVerdict } from './severity.ts'

/** Buckets of the window that is judged: 15 minutes. */
const windowBuckets = 3
/** Boundary of four adjacent buckets as a part of that of three: chance fills four less often. */
const multipleShare = { 3: 1, 4: 0.7 } as const
/** How many times what the least bucket regularly reaches it has to reach. */
const beyondRegular = 2

/** Least count in 15 minutes, and three times the least count in each of their buckets, of a steady rise. */
export function steadyFloor({ forecast, thresholds }: WindowQuestion): number {
  const mentions = mentionFloor(forecast.ratePerHour, windowBuckets, thresholds)
  return Math.max(mentions, thresholds.floors.ratioSteady * forecast.expected)
}

/**
 * The verdict of 15 minutes whose adjacent buckets all ran high. `least`: the least of the last `parts` of them. A sum cannot
 * tell a burst of a minute from a rise that lasts; the least of several can, so that it may be judged by what that least
 * does at other times, which is far less than what sums do.
 */
export function evaluateSteady(
  { forecast, thresholds, value, factor = 1 }: WindowQuestion,
  verdict: WindowVerdict,
  { least, parts, spread }: { least: number; parts: SteadyParts; spread: Spread },
): WindowVerdict {
  const { expected } = forecast
  const multiple = thresholds.windows.steady * multipleShare[parts]
  const scale = Math.sqrt(Math.max(expected, windowBuckets / 6))
  const sigma = Math.max(1, scale * spread.deviation)
  const burst = (beyondRegular / multiple) * scale * spread.regular
  const easing = thresholds.easing ? (forecast.easing ?? 1) : 1
  const scaled = scaledBy(factor * easing, { expected, sigma, burst }, windowBuckets)
  const boundary = thresholds.sensitivity * multiple * scaled
  const severity = (windowBuckets * least - expected) / boundary
  const isSteady = severity >= 1 ? ({ isSteady: true } as const) : {}
  if (severity <= verdict.severity) return { ...verdict, ...isSteady }
  // No single mention decides what has to hold for minutes: the counts that decide stay those of the sum.
  return {
    ...verdict,
    ...isSteady,
    sigma,
    z: (value - expected) / sigma,
    boundary,
    valueAtSeverity1: Math.min(
      verdict.valueAtSeverity1,
      Math.max(expected + boundary, steadyFloor({ forecast, thresholds, value, windowBuckets })),
    ),
    severity,
    severityWithoutFloors: Math.max(severity, verdict.severityWithoutFloors),
  }
}
