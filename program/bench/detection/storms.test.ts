import { day, minute } from '@nabiz/shared/time'
import { expect, it } from 'vitest'
import { shippedThresholds } from './judge-series.ts'
import { drawOnsets, expectedPerMinute, quantile, runStorms } from './storms.ts'

const widthMs = 5 * minute

/** Sixteen days of ten mentions in five minutes, a hundred an hour and a half after midnight. */
function aSeries() {
  const rows = Array.from({ length: 16 * 288 }, (_, row) => ({
    line: row + 2,
    at: Date.UTC(2026, 2, 1) + row * widthMs,
    value: row % 288 === 18 ? 36 : 10,
  }))
  return { name: 'invented', rows, widthMs, gaps: [], sortedFrom: undefined, windows: [] }
}

it('expects what the same time of day held, within half an hour', () => {
  // 12 rows of 10 and one of 36 a day: 156 / 13 = 12 in five minutes.
  expect(expectedPerMinute(aSeries(), 15 * 288 + 18)).toBeCloseTo(12 / 5, 9)
  expect(expectedPerMinute(aSeries(), 15 * 288 + 100)).toBeCloseTo(2, 9)
})

it('finds the greater storms, and sooner', () => {
  const onset = { row: 15 * 288 + 100, at: Date.UTC(2026, 2, 16, 8, 22) }
  const [result] = runStorms(aSeries(), [onset], [1, 10, 100], shippedThresholds())
  const [none, ten, hundred] = [1, 10, 100].map((multiple) => result?.get(multiple))
  expect(none).toBeUndefined()
  expect(ten).toBeGreaterThan(hundred ?? 60)
  expect(hundred).toBe(1)
})

it('draws the same onsets for the same numbers, none within the first two weeks', () => {
  const onsets = drawOnsets(aSeries(), 3, () => 0)
  expect(onsets.map(({ row }) => row)).toEqual([14 * 288 + 1, 14 * 288 + 1, 14 * 288 + 1])
  expect(onsets[0]?.at).toBeGreaterThan(Date.UTC(2026, 2, 1) + 14 * day)
})

it('takes quantiles in which those never found are the slowest', () => {
  expect(quantile([3, undefined, 1, 2], 0.5)).toBe(2)
  expect(quantile([3, undefined, 1, 2], 0.75)).toBe(3)
  expect(quantile([3, undefined, 1, 2], 0.9)).toBeUndefined()
})
