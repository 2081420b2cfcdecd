import type { SignalName, ThresholdsConfig } from '@nabiz/shared/contracts'
import type { DayForecast } from './day-window.ts'
import { mentionFloor, type WindowVerdict } from './severity.ts'

/** Multiple of what is usual under which the last six hours say that it is over. */
const goingOn = 1.3
const dayBuckets = 288

/** A day and what it is judged by. */
export interface DayQuestion {
  forecast: DayForecast
  thresholds: ThresholdsConfig
  /** Decides the floors. */
  signal: Exclude<SignalName, 'negativity' | 'reach'>
}

/**
 * Severity of the last 24 hours. The boundary is T deviations between days, and never less than the ratio floor asks
 * for; 0 as soon as the last six hours are near the usual, so that a day that was bad does not hold an episode open.
 */
export function evaluateDay({ forecast, thresholds, signal }: DayQuestion): WindowVerdict {
  const { value, capped, expected, sigma, recentRatio } = forecast
  const { windows, floors, sensitivity } = thresholds
  const boundary = Math.max(sensitivity * windows.m1440 * sigma, floors.ratioDay * expected - expected)
  const floor = mentionFloor(expected / 24, dayBuckets, thresholds, signal)
  const excess = recentRatio >= goingOn ? (capped - expected) / boundary : 0
  const countAtSeverity1 = Math.ceil(Math.max(floor, expected + boundary))
  return {
    value,
    expected,
    sigma,
    z: (value - expected) / sigma,
    boundary,
    countAtSeverity1,
    countAtSeverity2: Math.ceil(Math.max(floor, expected + 2 * boundary)),
    valueAtSeverity1: countAtSeverity1,
    severity: capped >= floor ? Math.max(0, excess) : 0,
    severityWithoutFloors: excess,
  }
}
