import fc from 'fast-check'
import { expect, it } from 'vitest'
import { SettledCounts } from './settled-counts.ts'

it('holds what a map of the latest 26 hours would', () => {
  const step = fc.record({
    kind: fc.constantFrom('set', 'set', 'set', 'prune'),
    ahead: fc.oneof(fc.integer({ min: -330, max: 20 }), fc.constant(2_000)),
    count: fc.integer({ min: 1, max: 2 ** 31 }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const counts = new SettledCounts()
      const truth = new Map<number, number>()
      let now = 5_900_000
      for (const { kind, ahead, count } of steps) {
        if (kind === 'set') {
          const bucket = now + ahead
          now = Math.max(now, bucket)
          counts.set(bucket, count)
          truth.set(bucket, count)
        }
        // As the engine does at each bucket that closes.
        counts.prune(now - 312)
        for (const known of truth.keys()) if (known < now - 312) truth.delete(known)
        expect(counts.entries()).toEqual([...truth].sort((a, b) => a[0] - b[0]))
      }
      for (let bucket = now - 700; bucket < now + 700; bucket += 1)
        expect(counts.get(bucket)).toBe(truth.get(bucket) ?? 0)
    }),
  )
})
