import type { Forecast } from './baseline/baseline.ts'
import { fadingBuckets } from './baseline/grid.ts'
import { chanceScale, evaluateWindow, type WindowQuestion, type WindowVerdict } from './baseline/severity.ts'
import { burstDivisor } from './baseline/window-state.ts'
import type { BrandState } from './brand-state.ts'
import { windows } from './grid.ts'
import { cappedSeverity } from './severity-cap.ts'
import { mentionsAt } from './sums.ts'
import { sumMinutes } from './window-sums.ts'

/** Minutes after which a rise that is to be a burst like those marked would have grown loud. */
const settledMinutes = 5

/** A window of `volume`. */
export interface VolumeWindow {
  question: WindowQuestion
  /** Last minute of the window. */
  minute: number
  /** Its bucket. */
  bucket: number
}

/**
 * The verdict of a brand whose bursts a person marked as expected. While five minutes of the last two hours were as loud
 * as half of such a burst, the rule stands as it is. Otherwise the window is judged by how the brand scatters between its
 * bursts, which are wider than anything else it does; a rise must have been over that boundary for five minutes, in which a
 * burst would have grown loud.
 */
export function judgeBetweenBursts(
  brand: BrandState,
  { question, minute, bucket }: VolumeWindow,
  verdict: WindowVerdict,
): WindowVerdict {
  const { windowBuckets } = question
  const { baseline } = brand.baselines.volume
  if (question.forecast.phase !== 'full' || bucket < (baseline.next ?? 0)) return verdict
  const loud = loudnessBetweenBursts(brand, windowBuckets)
  const quiet = loud === undefined ? undefined : baseline.quiet(windowBuckets, loud)
  if (quiet === undefined) return verdict
  const scale = chanceScale(question.forecast.expected, windowBuckets)
  const forecast: Forecast = {
    ...question.forecast,
    sigma: Math.max(1, scale * quiet.deviation),
    burst: (scale * quiet.regular) / burstDivisor,
  }
  const found = evaluateWindow({ ...question, forecast })
  if (found.severity <= verdict.severity) return verdict
  if (found.severity >= 1) {
    const until = minute + 1 - settledMinutes
    const sums = sumMinutes(brand.platforms.values(), until - windowBuckets * 5, until, minute)
    const before = evaluateWindow({ ...question, forecast, value: sums[mentionsAt] ?? 0 })
    if (before.severity < 1) found.severity = Math.max(verdict.severity, cappedSeverity)
  }
  // No single mention decides what has to hold for minutes.
  const { countAtSeverity1, countAtSeverity2 } = verdict
  return { ...found, countAtSeverity1, countAtSeverity2 }
}

/**
 * Mentions in five minutes of which a brand's marked bursts are made, while so many buckets hold none of one, or hold one that
 * lasts longer than any that was marked; undefined: nobody marked any, or one is on.
 */
export function loudnessBetweenBursts(brand: BrandState, windowBuckets: number): number | undefined {
  const burst = brand.settings.usualBurst
  if (burst === undefined) return undefined
  const { loud, buckets } = burst
  const { baseline } = brand.baselines.volume
  const { next = 0 } = baseline
  const running = brand.windowSums.sums[windows.length - 1]?.[mentionsAt] ?? 0
  const isBursting =
    running >= loud || baseline.greatest(next - windowBuckets - fadingBuckets, next - 1) >= loud
  // Loud for longer than any burst that was marked is something else.
  return isBursting && baseline.least(next - buckets - 1, next - 1) < loud ? undefined : loud
}
