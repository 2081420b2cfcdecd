import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Baseline } from './baseline.ts'
import { createCountBaseline, decodeCountBaseline } from './count-baseline.ts'
import { forecastDay } from './day-window.ts'
import { seeded, steadySeries } from './testing/random-series.ts'

/** A whole hour, as the window moves by the hour. */
const start = 5_000_004

type Series = readonly (number | undefined)[]

describe('the last day', () => {
  it('equals the day computed anew from the whole series, with gaps, late mentions and restarts', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000 }),
        fc.integer({ min: 900, max: 5_600 }),
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: 1, max: 1_500 }),
        (seed, length, gap, late) => {
          const series: (number | undefined)[] = steadySeries(20 + seed, length, seed)
          const gapFrom = Math.floor(seeded(seed)() * length)
          for (let i = gapFrom; i < Math.min(length, gapFrom + gap); i += 1) series[i] = undefined
          let baseline = fed(series.slice(0, length - 100))
          const at = length - 100 - Math.min(late, length - 100)
          baseline.day()
          baseline.correct(start + at, 7)
          if (series[at] !== undefined) series[at] = (series[at] ?? 0) + 7
          baseline = decodeCountBaseline(baseline.encode())
          feed(baseline, series.slice(length - 100), length - 100)
          const expected = plainDay(series)
          const found = baseline.day()
          expect(found === undefined).toBe(expected === undefined)
          if (found === undefined || expected === undefined) return
          for (const name of ['value', 'capped', 'expected', 'sigma', 'recentRatio'] as const) {
            expect(found[name]).toBeCloseTo(expected[name], 6)
          }
        },
      ),
      { numRuns: 25 },
    )
  })

  it('is the same whichever bucket of the hour asks', () => {
    const baseline = fed(steadySeries(30, 6 * 288, 3))
    const known = baseline.day()
    feed(baseline, [900, 900, 900], 6 * 288)
    expect(baseline.day()).toEqual(known)
  })

  it('says nothing before the fourth day is over, or when a quarter of the day was not seen', () => {
    const series = steadySeries(30, 5 * 288, 4)
    expect(fed(series.slice(0, 4 * 288 - 1)).day()).toBeUndefined()
    expect(fed(series.slice(0, 4 * 288)).day()).toBeDefined()
    const gap = (hours: number): Series => [...series, ...Array.from({ length: hours * 12 }, () => undefined)]
    expect(fed(gap(6)).day()).toBeDefined()
    expect(fed(gap(7)).day()).toBeUndefined()
  })

  it('does not fill the hours before the brand was watched', () => {
    // Nights are still: a history that began at noon must not take the morning for like the afternoon.
    const day = Array.from({ length: 288 }, (_, bucket) => (bucket >= 96 && bucket < 264 ? 10 : 0))
    const series = Array.from({ length: 6 * 288 }, (_, i) => day[(i + 144) % 288])
    expect(fed(series).day()).toMatchObject({ value: 1_680, expected: 1_680, recentRatio: 1 })
  })

  it('lets a burst count as four average hours for each hour it lasts', () => {
    const series = Array.from({ length: 6 * 288 }, (_, i) => (i >= 1_700 && i < 1_712 ? 1_000 : 1))
    const day = forecastDay((i) => series[i] ?? -1, series.length)
    expect(day?.value).toBeGreaterThan(10_000)
    expect(day?.capped).toBeLessThanOrEqual(24 * 12 + 2 * 3 * 12)
  })
})

function fed(series: Series): Baseline {
  const baseline = createCountBaseline()
  feed(baseline, series, 0)
  return baseline
}

function feed(baseline: Baseline, series: Series, from: number): void {
  series.forEach((value, i) => {
    baseline.close(start + from + i, value ?? 0, value !== undefined, 0)
  })
}

/** The same in the words of the README, every sum taken over the series itself. */
function plainDay(series: Series) {
  const end = series.length - (series.length % 12)
  const first = series.findIndex((value) => value !== undefined)
  const oldest = Math.max(end - 14 * 288, 0)
  const hour = (from: number): number | undefined => {
    const seen = series.slice(from, from + 12).filter((value) => value !== undefined)
    return seen.length < 9 ? undefined : (12 * seen.reduce((sum, value) => sum + value, 0)) / seen.length
  }
  let begin = Math.max(oldest, first - (first % 12))
  while (begin < end && hour(begin) === undefined) begin += 12
  const stretch = (from: number, hours: number, most = Number.POSITIVE_INFINITY): number | undefined => {
    const parts = Array.from({ length: hours }, (_, at) => hour(from + 12 * at)).filter(
      (v) => v !== undefined,
    )
    if (from < begin || parts.length * 4 < hours * 3) return undefined
    return (hours * parts.reduce((sum, part) => sum + Math.min(part, most), 0)) / parts.length
  }
  let seen = 0
  for (let from = begin; from < end; from += 12) seen += hour(from) === undefined ? 0 : 1
  const value = stretch(end - 288, 24)
  const days: number[] = []
  for (let from = begin; from <= end - 2 * 288; from += 12) days.push(stretch(from, 24) ?? Number.NaN)
  const known = days.filter((day) => !Number.isNaN(day))
  if (seen < 96 || value === undefined || known.length === 0) return undefined
  const mean = known.reduce((sum, day) => sum + day, 0) / known.length
  const variance = known.reduce((sum, day) => sum + (day - mean) ** 2, 0) / known.length
  const sames: number[] = []
  for (let from = end - 72 - 288; from >= begin; from -= 288) sames.push(stretch(from, 6) ?? Number.NaN)
  const usual = sames.filter((same) => !Number.isNaN(same))
  const recent = stretch(end - 72, 6)
  return {
    value,
    capped: stretch(end - 288, 24, mean / 6) ?? value,
    expected: mean,
    sigma: Math.max(1, Math.sqrt(mean), Math.sqrt(variance)),
    recentRatio:
      recent === undefined || usual.length === 0
        ? 0
        : (recent * usual.length) / usual.reduce((sum, same) => sum + same, 0),
  }
}
