import {
  estimateShare,
  type LanguagePart,
  type ShareSample,
  sampleOf,
  usableRates,
} from '../baseline/corrected-share.ts'
import { evaluateShare } from '../baseline/share-severity.ts'
import type { BrandState } from '../brand-state.ts'
import type { EngineOptions } from '../engine.ts'
import { windows } from '../grid.ts'
import { thresholdsIn } from '../known-events.ts'
import { languagesAt, negativesAt } from '../sums.ts'
import type { Signal } from './signal.ts'

/** Key of the one forecast there is: the usual share has no time of day and no window. */
const forecastKey = 0

/** Share of negative mentions, each language corrected by its measured confusion matrix, as a lower bound. */
export function createNegativity(confusion: EngineOptions['confusion']): Signal {
  const sampleIn = (brand: BrandState, sums: readonly number[]): ShareSample => {
    const parts: LanguagePart[] = []
    for (let at = 0; at < brand.languages.length; at += 1) {
      const mentions = sums[languagesAt + 2 * at] ?? 0
      if (mentions === 0) continue
      const rates = usableRates(confusion(brand.languages[at] ?? '', brand.engine))
      parts.push({ mentions, negatives: sums[languagesAt + 2 * at + 1] ?? 0, ...rates })
    }
    return sampleOf(parts)
  }
  const forecast = (brand: BrandState) => {
    const journaled = brand.baselines.negativity
    return journaled.derive(forecastKey, 0, 0, () => journaled.baseline.forecast())
  }
  return {
    name: 'negativity',
    column: negativesAt,
    judge(brand, { sums, window, bucket }) {
      return evaluateShare({
        forecast: forecast(brand),
        sample: sampleIn(brand, sums),
        windowBuckets: windows[window]?.buckets ?? 1,
        thresholds: thresholdsIn(brand.settings, bucket, 'negativity'),
      })
    },
    bucketValue: (brand, { sums }) => estimateShare(sampleIn(brand, sums)).share,
    baselineValues(brand, { sums }) {
      const { mentions, negatives, corrected, inflated } = sampleIn(brand, sums)
      return [mentions, negatives, corrected, inflated]
    },
    maturity: (brand) => forecast(brand),
    expected: (brand) => forecast(brand).expected,
  }
}
