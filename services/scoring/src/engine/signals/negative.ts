import { negativesAt } from '../sums.ts'
import { createCountSignal } from './count-signal.ts'

/** How much of it is negative, as a number. */
export const negative = createCountSignal({
  name: 'negative',
  column: negativesAt,
  windowValue: (_brand, { sums }) => sums[negativesAt] ?? 0,
  bucketValue: ({ sums }) => sums[negativesAt] ?? 0,
})
