import type { Forecast, WindowBuckets } from '../baseline/baseline.ts'
import { evaluateWindow, type WindowVerdict } from '../baseline/severity.ts'
import type { CountSignalName } from '../baselines.ts'
import type { BrandState } from '../brand-state.ts'
import { windows } from '../grid.ts'
import { negativesAt } from '../sums.ts'
import type { BucketFacts, Signal, WindowFacts } from './signal.ts'

export interface CountSignalOptions {
  name: CountSignalName
  column: number | undefined
  /** Value of a window of so many buckets. */
  windowValue(brand: BrandState, facts: WindowFacts, buckets: number): number
  bucketValue(facts: BucketFacts): number
}

const hourBuckets = 12

/** A signal whose value is a whole number that adds up over time, judged by the rule's count baseline. */
export function createCountSignal({ name, column, windowValue, bucketValue }: CountSignalOptions): Signal {
  const forecast = (brand: BrandState, buckets: WindowBuckets, bucket: number, zone: number): Forecast => {
    const journaled = brand.baselines[name]
    return journaled.derive(buckets, bucket, zone, () => journaled.baseline.forecast(buckets, bucket, zone))
  }
  return {
    name,
    column,
    judge(brand, facts) {
      const buckets = windows[facts.window]?.buckets ?? 1
      const known = forecast(brand, buckets, facts.bucket, facts.zone)
      const verdict = evaluateWindow({
        forecast: known,
        value: windowValue(brand, facts, buckets),
        windowBuckets: buckets,
        thresholds: brand.settings.thresholds,
        signal: name,
        mentionsInWindow: facts.sums[negativesAt] ?? 0,
      })
      // The floor of the first day is meant an hour: a twelfth of it in five minutes is any lively conversation.
      return known.phase === 'none' && buckets < hourBuckets ? silenced(verdict) : verdict
    },
    bucketValue: (_brand, facts) => bucketValue(facts),
    baselineValues: (_brand, facts) => [bucketValue(facts)],
    maturity: (brand, bucket, zone) => forecast(brand, 12, bucket, zone),
    expected: (brand, bucket, zone) => brand.baselines[name].baseline.forecast(1, bucket, zone).expected,
  }
}

function silenced(verdict: WindowVerdict): WindowVerdict {
  const never = Number.POSITIVE_INFINITY
  return {
    ...verdict,
    countAtSeverity1: never,
    countAtSeverity2: never,
    severity: 0,
    severityWithoutFloors: 0,
  }
}
