import type { ThresholdsConfig } from '@nabiz/shared/contracts'
import type { Forecast, WindowBuckets } from '../baseline/baseline.ts'
import type { DayForecast } from '../baseline/day-window.ts'
import { evaluateFall } from '../baseline/fall.ts'
import {
  evaluateWindow,
  nothingPages,
  type WindowQuestion,
  type WindowVerdict,
} from '../baseline/severity.ts'
import type { CountSignalName } from '../baselines.ts'
import { directionOf } from '../brand-settings.ts'
import type { BrandState } from '../brand-state.ts'
import { bucketMinutes, minuteMs, windows } from '../grid.ts'
import { thresholdsIn } from '../known-events.ts'
import { judgeBetweenBursts } from '../marked-bursts.ts'
import { boundaryFactor } from '../recent-pages.ts'
import { judgeSteadyRise } from '../steady-rise.ts'
import { negativesAt } from '../sums.ts'
import type { BucketFacts, Signal, WindowFacts } from './signal.ts'

export interface CountSignalOptions {
  name: CountSignalName
  column: number | undefined
  /** Value of a window of so many buckets. */
  windowValue(brand: BrandState, facts: WindowFacts, buckets: number): number
  bucketValue(facts: BucketFacts): number
  /** Boundaries follow how often the signal paged of late, and what people marked as expected. */
  followsPages?: boolean
  /** Judges the last 24 hours as well. */
  judgeDay?(day: DayForecast, thresholds: ThresholdsConfig): WindowVerdict
}

/** A signal whose value is a whole number that adds up over time, judged by the rule's count baseline. */
export function createCountSignal(options: CountSignalOptions): Signal {
  const { name, column, windowValue, bucketValue } = options
  const forecast = (brand: BrandState, buckets: WindowBuckets, bucket: number, zone: number): Forecast => {
    const journaled = brand.baselines[name]
    return journaled.derive(buckets, bucket, zone, () => journaled.baseline.forecast(buckets, bucket, zone))
  }
  return {
    name,
    column,
    judge(brand, facts) {
      const buckets = windows[facts.window]?.buckets ?? 1
      const thresholds = thresholdsIn(brand.settings, facts.bucket, name)
      const usual = forecast(brand, buckets, facts.bucket, facts.zone)
      const { past } = brand.signals[name].machine
      const at = facts.bucket * bucketMinutes * minuteMs
      const question: WindowQuestion = {
        forecast: usual,
        value: windowValue(brand, facts, buckets),
        windowBuckets: buckets,
        thresholds,
        factor: options.followsPages ? boundaryFactor(past, at, usual, thresholds) : 1,
        signal: name,
        mentionsInWindow: facts.sums[negativesAt] ?? 0,
      }
      let verdict = evaluateWindow(question)
      if (options.followsPages) {
        const window = { question, minute: facts.minute, bucket: facts.bucket }
        verdict = judgeSteadyRise(brand, window, judgeBetweenBursts(brand, window, verdict))
      }
      return directionOf(brand.settings, name) === 'fall' ? withoutRise(verdict) : verdict
    },
    judgeFall(brand, facts) {
      const spread = brand.baselines[name].baseline.fall()
      if (spread === undefined) return undefined
      return evaluateFall({
        forecast: forecast(brand, 12, facts.bucket, facts.zone),
        spread,
        value: windowValue(brand, facts, 12),
        thresholds: thresholdsIn(brand.settings, facts.bucket, name),
      })
    },
    judgeDay(brand, bucket) {
      const day = options.judgeDay && brand.baselines[name].baseline.day()
      return day && options.judgeDay?.(day, thresholdsIn(brand.settings, bucket, name))
    },
    bucketValue: (_brand, facts) => bucketValue(facts),
    baselineValues: (_brand, facts) => [bucketValue(facts)],
    maturity: (brand, bucket, zone) => forecast(brand, 12, bucket, zone),
    expected: (brand, bucket, zone) => brand.baselines[name].baseline.forecast(1, bucket, zone).expected,
  }
}

/** A verdict of a signal of which only falls page. */
function withoutRise(verdict: WindowVerdict): WindowVerdict {
  return { ...verdict, ...nothingPages, severity: 0, severityWithoutFloors: 0 }
}
