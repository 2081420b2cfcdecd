import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { riseBegan, weighCount, weighShare } from './rise.ts'
import { mentionsAt, negativesAt } from './sums.ts'

const quiet = (minutes: number) => Array.from({ length: minutes }, () => 0)

describe('riseBegan of a count', () => {
  it('finds the minute from which on there is more than expected', () => {
    const usual = [1, 0, 2, 1, 1, 0, 1, 3, 0, 1]
    expect(began([...usual, 9, 14, 11, 12, 8], { expected: 15 })).toBe(10)
  })

  it('is not led back by a lone mention of before, however little is expected', () => {
    expect(began([1, ...quiet(13), 40], { expected: 0 })).toBe(14)
    expect(began([1, 0, 0, 1, ...quiet(10), 40], { expected: 0.2 })).toBe(14)
  })

  it('goes back to the first minute of a rise that grew without a break', () => {
    expect(began([...quiet(9), 2, 4, 8, 16, 32, 64], { expected: 3 })).toBe(9)
  })

  it('begins anew after a break', () => {
    expect(began([20, 18, ...quiet(56), 25, 30], { expected: 2 })).toBe(58)
  })

  it('sees no break in the quiet minutes of a thin stream', () => {
    const rise = Array.from({ length: 40 }, (_, i) => (i % 3 === 0 ? 2 : 0))
    expect(began([...quiet(20), ...rise], { expected: 5 })).toBe(20)
  })

  it('asks for more where the count always varies', () => {
    const counts = [...quiet(12), 30, 400, 500]
    expect(began(counts, { expected: 150, sigma: 12 })).toBe(12)
    expect(began(counts, { expected: 150, sigma: 300 })).toBe(13)
  })

  it('is the window’s last minute where nothing rises', () => {
    expect(began([3, 3, 3, 3, 3], { expected: 15 })).toBe(4)
    expect(began(quiet(15), { expected: 15 })).toBe(14)
  })

  it('names a minute with more than expected, wherever it lies', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 60 }),
        fc.double({ min: 0, max: 500, noNaN: true }),
        (counts, expected) => {
          const rate = Math.max(0.5, expected) / counts.length
          const minute = began(counts, { expected })
          if (minute < counts.length - 1) expect(counts[minute]).toBeGreaterThan(rate)
        },
      ),
    )
  })
})

describe('riseBegan of a share', () => {
  it('is not led back by a minute in which the only mention was negative', () => {
    expect(beganOfShare([[1, 1], ...calm(13), [30, 28]], 0.3)).toBe(14)
  })

  it('finds the minute from which on more is negative than expected, in a lively conversation', () => {
    const lively: [number, number][] = Array.from({ length: 10 }, () => [20, 6])
    const turned: [number, number][] = Array.from({ length: 5 }, () => [20, 15])
    expect(beganOfShare([...lively, ...turned], 0.3)).toBe(10)
  })

  it('is the window’s last minute where the share is the usual one', () => {
    expect(
      beganOfShare(
        Array.from({ length: 15 }, () => [10, 3] as [number, number]),
        0.3,
      ),
    ).toBe(14)
  })

  it('is not led back by calm minutes in which somewhat more than expected was negative', () => {
    const calmer: [number, number][] = Array.from({ length: 13 }, (_, i) => [2, i % 2])
    expect(beganOfShare([...calmer, [30, 28], [40, 37]], 0.2)).toBe(13)
  })

  it('is found where nothing is usually negative', () => {
    expect(beganOfShare([...calm(10), [5, 5], [5, 5]], 0)).toBe(10)
  })
})

/** Index of the minute in which the rise began; `expected` is of all the minutes together. */
function began(counts: readonly number[], { expected, sigma = 0 }: { expected: number; sigma?: number }) {
  const usual = { expected, sigma, minutes: counts.length }
  return riseBegan({
    from: 0,
    to: counts.length - 1,
    sumsOf: (minute) => [counts[minute] ?? 0],
    weigh: (sums, minutes) => weighCount(sums[mentionsAt] ?? 0, minutes, usual),
  })
}

/** The same of minutes as mentions and the negative ones among them. */
function beganOfShare(minutes: readonly (readonly [number, number])[], expected: number): number {
  const total = minutes.reduce((sum, [mentions]) => sum + mentions, 0)
  const share = minutes.reduce((sum, [, negatives]) => sum + negatives, 0) / total
  return riseBegan({
    from: 0,
    to: minutes.length - 1,
    sumsOf: (minute) => [...(minutes[minute] ?? [])],
    weigh: (sums) => weighShare(sums[negativesAt] ?? 0, sums[mentionsAt] ?? 0, expected, share),
  })
}

function calm(minutes: number): [number, number][] {
  return Array.from({ length: minutes }, () => [1, 0])
}
