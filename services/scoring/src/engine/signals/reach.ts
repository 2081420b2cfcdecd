import { reachAt } from '../sums.ts'
import { createCountSignal } from './count-signal.ts'

/** How many people the negative mentions may have reached: followers, at least one a mention. */
export const reach = createCountSignal({
  name: 'reach',
  column: reachAt,
  windowValue: (_brand, { sums }) => sums[reachAt] ?? 0,
  bucketValue: ({ sums }) => sums[reachAt] ?? 0,
})
