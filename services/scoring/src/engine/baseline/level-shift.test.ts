import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createCountBaseline } from './count-baseline.ts'
import { levelRatio, scaleCounts } from './level-shift.ts'
import { steadySeries } from './testing/random-series.ts'

it('takes the middle of the hours, whatever burst began the shift', () => {
  const hours = [90, 3, 3.1, 2.9, 0.2].map((times) => ({ value: 10 * times, expected: 10 }))
  expect(levelRatio(hours)).toBe(3)
  expect(levelRatio([{ value: 5, expected: 0 }])).toBeUndefined()
  expect(levelRatio([{ value: 5_000, expected: 1 }])).toBe(100)
})

it('loses no mention to rounding, however small the counts are', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 500 }),
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      (counts, ratio) => {
        const scaled = counts.map(scaleCounts(ratio))
        const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
        expect(scaled.every((count) => Number.isInteger(count) && count >= 0)).toBe(true)
        expect(Math.abs(sum(scaled) - ratio * sum(counts))).toBeLessThan(0.51)
      },
    ),
  )
})

it('makes a baseline what it would have been, had it always been so loud', () => {
  const days = 15
  const calm = steadySeries(60, days * 288, 5)
  const since = (days - 1) * 288
  const fed = (series: readonly number[]) => {
    const baseline = createCountBaseline()
    series.forEach((count, at) => {
      baseline.close(at, count, true, 0)
    })
    return baseline
  }
  const shifted = fed(calm.map((count, at) => (at < since ? count : 3 * count)))
  shifted.adopt(since)
  const [found, wanted] = [shifted, fed(calm.map((count) => 3 * count))].map((baseline) =>
    baseline.forecast(12, days * 288, 0),
  )
  expect((found?.expected ?? 0) / (wanted?.expected ?? 1)).toBeCloseTo(1, 1)
  expect((found?.sigma ?? 0) / (wanted?.sigma ?? 1)).toBeCloseTo(1, 0)
  const before = fed(calm)
  const bytes = before.encode()
  before.adopt(0)
  before.adopt(days * 288 - 5)
  expect(before.encode()).toEqual(bytes)
})
