import { evaluateDay } from '../baseline/day-severity.ts'
import { negativesAt } from '../sums.ts'
import { createCountSignal } from './count-signal.ts'

/** How much of it is negative, as a number; in the whole day too, as a storm of many hours may never have a loud one. */
export const negative = createCountSignal({
  name: 'negative',
  column: negativesAt,
  windowValue: (_brand, { sums }) => sums[negativesAt] ?? 0,
  bucketValue: ({ sums }) => sums[negativesAt] ?? 0,
  judgeDay: (forecast, thresholds) => evaluateDay({ forecast, thresholds, signal: 'negative' }),
})
