import type { ThresholdsConfig } from '@nabiz/shared/contracts'
import type { FallSpread, Forecast } from './baseline.ts'
import { nothingPages, type WindowVerdict } from './severity.ts'

/** How much deeper than what happens every few days a fall has to be. */
const beyondRegular = 1.25

/** An hour and what a fall of it is judged by. */
export interface FallQuestion {
  /** Of the hour. */
  forecast: Forecast
  spread: FallSpread
  /** Sum of the signal over the hour, all of which was seen. */
  value: number
  thresholds: ThresholdsConfig
  /** Multiplies the deviations that are needed beside the configured sensitivity; 1 unless given. */
  factor?: number
}

/**
 * Severity of an hour that holds less than expected. The deviation is that of the hours below the expected alone, and at
 * least that of even counts: a brand's bursts say nothing about its silence. Undefined while the rule has no history.
 */
export function evaluateFall({
  forecast,
  spread,
  value,
  thresholds,
  factor = 1,
}: FallQuestion): WindowVerdict | undefined {
  const { expected, phase } = forecast
  if (phase !== 'full') return undefined
  const { sensitivity, windows, floors } = thresholds
  const scale = Math.sqrt(Math.max(expected, 2))
  const sigma = scale * Math.max(1, spread.deviation)
  const boundary = Math.max(
    sensitivity * factor * windows.fall * sigma,
    beyondRegular * scale * spread.regular,
  )
  const severityWithoutFloors = (expected - value) / boundary
  const most = Math.min(expected - boundary, floors.ratioFall * expected)
  return {
    value,
    expected,
    sigma,
    z: (value - expected) / sigma,
    boundary,
    ...nothingPages,
    ...(most < 0 ? {} : { valueAtSeverity1: most }),
    severity: value <= floors.ratioFall * expected ? Math.max(0, severityWithoutFloors) : 0,
    severityWithoutFloors,
    direction: 'fall',
  }
}
