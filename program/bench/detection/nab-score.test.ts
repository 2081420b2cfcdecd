import { expect, it } from 'vitest'
import { falsePerWeek, probationOf, scoreOf, tally } from './nab-score.ts'

/** Ten rows wide; the first 30 of 200 rows are not scored. */
const windows = [{ left: 101, right: 110 }]

it('gives 100 for an alert on the first row of every window and nothing else', () => {
  expect(scoreOf([tally(200, windows, [101])]).score).toBe(100)
})

it('gives 0 for no alert at all', () => {
  expect(scoreOf([tally(200, windows, [])]).score).toBe(0)
})

it('gives less the later in the window an alert comes, by the sigmoid', () => {
  // Position -0.5 of the way: (2/(1+e^-2.5) - 1) / (2/(1+e^-5) - 1) = 0.848284 / 0.986614 = 0.859793.
  const half = tally(200, windows, [106])
  expect(half.credit).toBeCloseTo(0.859793, 6)
  expect(scoreOf([half]).score).toBeCloseTo(92.98967, 4)
  // The last row stands at -0.1: (2/(1+e^-0.5) - 1) / 0.986614 = 0.244919 / 0.986614 = 0.248242.
  expect(tally(200, windows, [110]).credit).toBeCloseTo(0.248242, 5)
})

it('counts the earliest alert in a window alone', () => {
  expect(tally(200, windows, [106, 107, 110])).toEqual(tally(200, windows, [106]))
})

it('takes 0.11 for an alert before every window, and less close behind one', () => {
  expect(tally(200, windows, [60, 101])).toMatchObject({ false: 1, credit: 1 - 0.11 })
  // One row behind a window of nine steps: 0.11 * (2/(1+e^(5/9)) - 1) = 0.11 * -0.270839 = -0.029792.
  expect(tally(200, windows, [101, 111]).credit).toBeCloseTo(1 - 0.029792, 5)
  // More than three widths behind: all of it.
  expect(tally(200, windows, [101, 138]).credit).toBeCloseTo(1 - 0.11, 9)
})

it('leaves the first 15 % out, at most 750 rows', () => {
  expect(probationOf(200)).toBe(30)
  expect(probationOf(15_902)).toBe(750)
  expect(tally(200, windows, [29, 101])).toMatchObject({ false: 0, credit: 1, rows: 170 })
  expect(tally(200, windows, [30, 101]).false).toBe(1)
})

it('adds series up before it scores them: a window weighs the same wherever it is', () => {
  const hit = tally(200, windows, [101])
  const missed = tally(200, [...windows, { left: 150, right: 159 }], [])
  expect(scoreOf([hit, missed])).toEqual({ score: (100 * (1 - 2 + 3)) / 6, hit: 1, windows: 3 })
})

it('counts false alerts by the weeks that were scored', () => {
  expect(falsePerWeek([tally(200, windows, [60]), tally(200, windows, [])], 170)).toBe(0.5)
})
