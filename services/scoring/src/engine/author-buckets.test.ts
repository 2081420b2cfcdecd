import fc from 'fast-check'
import { expect, it } from 'vitest'
import { AuthorBuckets } from './author-buckets.ts'

it('counts every bucket as if each had been counted alone, in whatever order they come', () => {
  const step = fc.record({ bucket: fc.integer({ min: 100, max: 120 }), isClosing: fc.boolean() })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const truth = new Map<number, number>()
      const buckets = new AuthorBuckets()
      let closed = 100
      for (const { bucket, isClosing } of steps) {
        if (isClosing) {
          buckets.age(closed)
          closed += 1
        }
        buckets.addAnonymous(bucket)
        truth.set(bucket, (truth.get(bucket) ?? 0) + 1)
      }
      for (let bucket = 100; bucket <= 120; bucket += 1)
        expect(buckets.count(bucket)).toBe(truth.get(bucket) ?? 0)
    }),
  )
})
