import { expect, it } from 'vitest'
import { alertsAbove, rollingZ } from './rolling-z.ts'

it('compares each value with those before it alone', () => {
  // Mean 2, deviation 1 of 1, 3, 1, 3; then mean 3, deviation sqrt(5) of 3, 1, 3, 5... without the value itself.
  expect(rollingZ([1, 3, 1, 3, 5, 3], 4)).toEqual([0, 0, 0, 0, 3, 0])
})

it('alerts on every row above, or on the first of those that are close', () => {
  const scores = [0, 4, 4, 0, 4, 0, 0, 0, 4]
  expect(alertsAbove(scores, 4)).toEqual([1, 2, 4, 8])
  expect(alertsAbove(scores, 4, 2)).toEqual([1, 8])
})
