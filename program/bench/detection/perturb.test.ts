import { minute } from '@nabiz/shared/time'
import { expect, it } from 'vitest'
import { cut, perturb, seeded, shuffled, thinned } from './perturb.ts'

const widthMs = 5 * minute
const perDay = 288

/** Twenty days; in a row of a window the value is its number from the window's beginning, elsewhere 1000 and more. */
function aSeries() {
  const windows = [
    { left: 6 * perDay + 100, right: 7 * perDay + 100 },
    { left: 15 * perDay + 20, right: 15 * perDay + 220 },
  ]
  const rows = Array.from({ length: 20 * perDay }, (_, row) => {
    const inside = windows.find(({ left, right }) => row >= left && row <= right)
    const value = inside === undefined ? 1_000 + (row % perDay) : row - inside.left
    return { line: row + 2, at: Date.UTC(2026, 2, 1) + row * widthMs, value }
  })
  return { name: 'invented', rows, widthMs, gaps: [], sortedFrom: undefined, windows }
}

it('moves labels with their rows, and every row keeps its time of day', () => {
  const series = aSeries()
  for (const seed of [1, 2, 3]) {
    const other = shuffled(series, perDay, seeded(seed))
    expect(other.rows.map(({ at }) => at)).toEqual(series.rows.map(({ at }) => at))
    expect(other.windows.length).toBe(2)
    for (const { left, right } of other.windows) {
      for (let row = left; row <= right; row += 1) expect(other.rows[row]?.value).toBe(row - left)
      expect(other.rows[left - 1]?.value).toBeGreaterThan(999)
    }
    other.rows.forEach(({ value }, row) => {
      if (value >= 1_000) expect(value).toBe(1_000 + (row % perDay))
    })
    const sorted = (rows: typeof other.rows) => rows.map(({ value }) => value).sort((a, b) => a - b)
    expect(sorted(other.rows)).toEqual(sorted(series.rows))
  }
  expect(shuffled(series, perDay, seeded(1))).not.toEqual(shuffled(series, perDay, seeded(2)))
})

it('drops the labels that a later beginning leaves out', () => {
  const later = cut(aSeries(), 10 * perDay)
  expect(later.rows.length).toBe(10 * perDay)
  expect(later.windows).toEqual([{ left: 5 * perDay + 20, right: 5 * perDay + 220 }])
})

it('keeps about the share of mentions it is asked for', () => {
  const total = (rows: { value: number }[]) => rows.reduce((sum, { value }) => sum + value, 0)
  const series = cut(aSeries(), 19 * perDay)
  expect(total(thinned(series, 0.1, seeded(5)).rows) / total(series.rows)).toBeCloseTo(0.1, 2)
})

it('makes the same histories for the same seed', () => {
  expect(perturb(aSeries(), seeded(9))).toEqual(perturb(aSeries(), seeded(9)))
  expect(new Set(perturb(aSeries(), seeded(9)).map(({ kind }) => kind)).size).toBe(4)
})
