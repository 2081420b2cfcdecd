import { minute } from '@nabiz/shared/time'
import { expect, it } from 'vitest'
import type { LabelledSeries } from './labelled-series.ts'
import { borrowed, mixed } from './other-brands.ts'
import { seeded } from './perturb.ts'

const perDay = 288
const total = (rows: { value: number }[]) => rows.reduce((sum, { value }) => sum + value, 0)

it("lays another brand's events on the calm days, in the brand's own size", () => {
  const small = aBrand(10, [{ left: 10 * perDay, right: 10 * perDay + 200 }], 400)
  const large = aBrand(100, [{ left: 14 * perDay, right: 14 * perDay + 200 }], 5_000)
  const made = borrowed(small, large, seeded(1))
  expect(made.windows).toEqual(large.windows)
  // Its own event is gone; the other's stood 5,000 less twice the expected hundred above a hundred, a tenth of it here.
  expect(made.rows[10 * perDay + 100]?.value).toBe(10)
  const event = made.rows[14 * perDay + 100]?.value ?? 0
  expect(event).toBeGreaterThanOrEqual(10 + 480)
  expect(event).toBeLessThanOrEqual(10 + 481)
  expect(made.rows.map(({ at }) => at)).toEqual(small.rows.map(({ at }) => at))
})

it('takes calm rows from other days one by one when no whole stretch is free', () => {
  const windows = Array.from({ length: 19 }, (_, day) => ({
    left: day * perDay + (day % 2) * 140 + 20,
    right: day * perDay + (day % 2) * 140 + 120,
  }))
  const made = borrowed(aBrand(10, windows, 400), aBrand(10, [], 0), seeded(2))
  expect(new Set(made.rows.map(({ value }) => value))).toEqual(new Set([10]))
})

it('makes one brand of two: as small as the smaller, labels that meet as one', () => {
  const one = aBrand(10, [{ left: 10 * perDay, right: 10 * perDay + 200 }], 100)
  const two = aBrand(100, [{ left: 10 * perDay + 100, right: 11 * perDay }], 500)
  const made = mixed(one, two, seeded(3))
  expect(made.windows).toEqual([{ left: 10 * perDay, right: 11 * perDay }])
  expect(total(made.rows) / total(one.rows)).toBeCloseTo(2, 1)
})

/** Twenty days of the same count, another one in the middle of each window. */
function aBrand(usual: number, windows: LabelledSeries['windows'], event: number): LabelledSeries {
  const widthMs = 5 * minute
  const rows = Array.from({ length: 20 * perDay }, (_, row) => {
    const isEvent = windows.some(({ left, right }) => row >= left + 20 && row <= right - 20)
    return { line: row + 2, at: Date.UTC(2026, 2, 1) + row * widthMs, value: isEvent ? event : usual }
  })
  return { name: 'invented', rows, widthMs, gaps: [], sortedFrom: undefined, windows }
}
