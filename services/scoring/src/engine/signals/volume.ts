import { mentionsAt } from '../sums.ts'
import { createCountSignal } from './count-signal.ts'

/** How much is said. */
export const volume = createCountSignal({
  name: 'volume',
  column: mentionsAt,
  windowValue: (_brand, { sums }) => sums[mentionsAt] ?? 0,
  followsPages: true,
  bucketValue: ({ sums }) => sums[mentionsAt] ?? 0,
})
