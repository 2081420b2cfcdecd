import fc from 'fast-check'
import { expect, it } from 'vitest'
import { AuthorBuckets } from './author-buckets.ts'

const bucket = fc.integer({ min: 100, max: 120 })

it('counts every bucket as if each had been counted alone, in whatever order they come', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ bucket, isClosing: fc.boolean() }), { maxLength: 60 }), (steps) => {
      const truth = new Map<number, number>()
      const buckets = new AuthorBuckets()
      let closed = 100
      for (const { bucket: at, isClosing } of steps) {
        if (isClosing) {
          buckets.age(closed)
          closed += 1
        }
        buckets.addAnonymous(at)
        truth.set(at, (truth.get(at) ?? 0) + 1)
      }
      for (let at = 100; at <= 120; at += 1) expect(buckets.count(at)).toBe(truth.get(at) ?? 0)
    }),
  )
})

it('tells how many are distinct as it stands, however often it was asked before', () => {
  const step = fc.record({ bucket, author: fc.integer({ min: 1, max: 9 }), from: bucket })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const truth: { bucket: number; author: number }[] = []
      const buckets = new AuthorBuckets()
      for (const { bucket: at, author, from } of steps) {
        buckets.add(at, author, author)
        truth.push({ bucket: at, author })
        for (const first of [from, from, 100]) {
          const among = truth.filter((each) => each.bucket >= first)
          expect(buckets.distinct(first, 120)).toBe(new Set(among.map((each) => each.author)).size)
        }
      }
      for (let from = 100; from <= 110; from += 1) buckets.distinct(from, 120)
      buckets.age(134)
      // Those of a settled bucket are known by their number alone, so that each counts as somebody else.
      const sum = new Set(truth.map((each) => `${each.bucket}/${each.author}`)).size
      expect(buckets.distinct(100, 120)).toBe(sum)
    }),
  )
})
