import type { Forecast, WindowBuckets } from '../baseline/baseline.ts'
import { evaluateWindow, type WindowVerdict } from '../baseline/severity.ts'
import type { BrandState } from '../brand-state.ts'
import type { CounterSeries } from '../counter-series.ts'
import { seriesName } from '../counter-series.ts'
import { bucketMinutes, bucketOf, windows } from '../grid.ts'
import { thresholdsIn } from '../known-events.ts'
import { weighCount } from '../rise.ts'
import type { Signal, WindowFacts } from './signal.ts'

const nothingKnown: Forecast = { expected: 0, sigma: 1, burst: 0, days: 0, phase: 'none', ratePerHour: 0 }

/**
 * How fast likes, shares and views grow: each kind of counter of each platform against what is usual of it alone, on the
 * 5-minute grid. They are never added up, to one another or to mentions; a window speaks of the loudest of them.
 */
export const engagement: Signal = {
  name: 'engagement',
  column: undefined,
  isGated: false,
  isMeasured: (brand) => brand.engagement.size > 0,
  judge(brand, facts) {
    let loudest: WindowVerdict | undefined
    let severityWithoutFloors = Number.NEGATIVE_INFINITY
    for (const series of brand.engagement.values()) {
      const verdict = judgeSeries(brand, series, facts)
      severityWithoutFloors = Math.max(severityWithoutFloors, verdict.severityWithoutFloors)
      if (loudest === undefined || isLouder(verdict, loudest)) loudest = verdict
    }
    return loudest === undefined
      ? judged(brand, nothingKnown, 0, 1, facts.bucket)
      : { ...loudest, severityWithoutFloors }
  },
  bucketValue: () => 0,
  baselineValues: () => [],
  expected: () => 0,
  maturity(brand, bucket, zone) {
    let best: Forecast = nothingKnown
    for (const series of brand.engagement.values()) {
      const forecast = forecastOf(series, 12, bucket, zone)
      if (forecast.days > best.days || (best.phase === 'none' && forecast.phase !== 'none')) best = forecast
    }
    return best
  },
  about(brand, { counter }) {
    const series = counter && brand.engagement.get(seriesName(counter.platform, counter.name))
    return series ? aboutOne(series) : engagement
  },
}

/** The signal narrowed to one counter: what the evidence of a breach shows. */
function aboutOne(series: CounterSeries): Signal {
  return {
    ...engagement,
    judge: (brand, facts) => judgeSeries(brand, series, facts),
    bucketValue: (_brand, _facts, bucket) => series.sum(bucket, bucket),
    expected: (_brand, bucket, zone) => forecastOf(series, 1, bucket, zone).expected,
    maturity: (_brand, bucket, zone) => forecastOf(series, 12, bucket, zone),
    rise: ({ expected, sigma }, minutes) => ({
      // A counter is known by five minutes; within them it is taken to have grown evenly.
      sumsOf: (minute) => [series.sum(bucketOf(minute), bucketOf(minute)) / bucketMinutes],
      weigh: (sums, length) => weighCount(sums[0] ?? 0, length, { expected, sigma, minutes }),
    }),
  }
}

function judgeSeries(
  brand: BrandState,
  series: CounterSeries,
  { window, bucket, zone }: WindowFacts,
): WindowVerdict {
  const buckets = windows[window]?.buckets ?? 1
  const forecast = forecastOf(series, buckets, bucket, zone)
  const verdict = judged(brand, forecast, series.sum(bucket - buckets + 1, bucket), buckets, bucket)
  return { ...verdict, counter: { platform: series.platform, name: series.counter } }
}

function judged(
  brand: BrandState,
  forecast: Forecast,
  value: number,
  windowBuckets: WindowBuckets,
  bucket: number,
): WindowVerdict {
  const thresholds = thresholdsIn(brand.settings, bucket)
  return evaluateWindow({ forecast, value, windowBuckets, thresholds, signal: 'engagement' })
}

function forecastOf(series: CounterSeries, buckets: WindowBuckets, bucket: number, zone: number): Forecast {
  const { baseline } = series
  return baseline.derive(buckets, bucket, zone, () => baseline.baseline.forecast(buckets, bucket, zone))
}

function isLouder(one: WindowVerdict, other: WindowVerdict): boolean {
  if (one.severity !== other.severity) return one.severity > other.severity
  return one.severityWithoutFloors > other.severityWithoutFloors
}
