import { createCountSignal } from './count-signal.ts'

/**
 * How many people write: the sum over 5-minute buckets of each bucket's distinct authors, on the 5-minute grid.
 * A sum, because the expected value is one; how many are distinct over a whole window stands in a breach's evidence.
 */
export const authors = createCountSignal({
  name: 'authors',
  column: undefined,
  windowValue: (brand, { bucket }, buckets) => brand.authors.sum(bucket - buckets + 1, bucket),
  bucketValue: (facts) => facts.authors,
})
