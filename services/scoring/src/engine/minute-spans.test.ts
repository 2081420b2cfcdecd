import fc from 'fast-check'
import { expect, it } from 'vitest'
import { MinuteSpans } from './minute-spans.ts'

it('counts like a set of minutes', () => {
  const steps = fc.array(fc.record({ gap: fc.nat(4), length: fc.integer({ min: 1, max: 9 }) }), {
    maxLength: 20,
  })
  fc.assert(
    fc.property(steps, fc.nat(120), fc.nat(60), (additions, from, length) => {
      const spans = new MinuteSpans()
      const set = new Set<number>()
      let at = 0
      for (const { gap, length: long } of additions) {
        spans.add(at + gap, at + gap + long)
        for (let minute = at + gap; minute < at + gap + long; minute += 1) set.add(minute)
        at += gap + long
      }
      let expected = 0
      for (let minute = from; minute < from + length; minute += 1) if (set.has(minute)) expected += 1
      expect(spans.count(from, from + length)).toBe(expected)
      expect(spans.has(from)).toBe(set.has(from))
    }),
  )
})

it('forgets what lies wholly before a minute', () => {
  const spans = new MinuteSpans()
  spans.add(1, 3)
  spans.add(5, 9)
  spans.prune(6)
  expect([spans.has(2), spans.has(5)]).toEqual([false, true])
})
