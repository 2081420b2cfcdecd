import type { Spread, SteadyParts } from './baseline.ts'
import { steadyBuckets } from './grid.ts'
import { chanceScale, mentionFloor, scaledBy, type WindowQuestion, type WindowVerdict } from './severity.ts'

/** Boundary of four adjacent buckets as a part of that of three: chance fills four less often. */
const multipleShare = { 3: 1, 4: 0.7 } as const
/** How many times what the least bucket regularly reaches it has to reach. */
const beyondRegular = 2

/** Least count in 15 minutes, and three times the least count in each of their buckets, of a steady rise. */
export function steadyFloor({ forecast, thresholds }: WindowQuestion): number {
  const mentions = mentionFloor(forecast.ratePerHour, steadyBuckets, thresholds)
  return Math.max(mentions, thresholds.floors.ratioSteady * forecast.expected)
}

/**
 * The verdict of 15 minutes whose adjacent buckets all ran high. `least`: the least of the last `parts` of them. A sum cannot
 * tell a burst of a minute from a rise that lasts; the least of several can, so that it may be judged by what that least
 * does at other times, which is far less than what sums do.
 */
export function evaluateSteady(
  question: WindowQuestion,
  verdict: WindowVerdict,
  { least, parts, spread }: { least: number; parts: SteadyParts; spread: Spread },
): WindowVerdict {
  const { forecast, thresholds, value, factor = 1 } = question
  const { expected } = forecast
  const multiple = thresholds.windows.steady * multipleShare[parts]
  const scale = chanceScale(expected, steadyBuckets)
  const sigma = Math.max(1, scale * spread.deviation)
  const burst = (beyondRegular / multiple) * scale * spread.regular
  const easing = thresholds.easing ? (forecast.easing ?? 1) : 1
  const scaled = scaledBy(factor * easing, { expected, sigma, burst }, steadyBuckets)
  const boundary = thresholds.sensitivity * multiple * scaled
  const severity = (steadyBuckets * least - expected) / boundary
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
      Math.max(expected + boundary, steadyFloor(question)),
    ),
    severity,
    severityWithoutFloors: Math.max(severity, verdict.severityWithoutFloors),
  }
}
