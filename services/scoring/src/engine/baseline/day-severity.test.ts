import { thresholdsConfig } from '@nabiz/shared/contracts'
import { describe, expect, it } from 'vitest'
import { createCountBaseline } from './count-baseline.ts'
import { evaluateDay } from './day-severity.ts'
import type { DayForecast } from './day-window.ts'
import { poisson, rhythm, seeded } from './testing/random-series.ts'

const thresholds = thresholdsConfig.parse({ id: 'default' })
const day = 288

describe('severity of the last day', () => {
  it('is the excess over the usual day in units of four deviations', () => {
    const verdict = judged(aDay({ value: 500, capped: 500, expected: 200, sigma: 50 }))
    expect(verdict).toMatchObject({ boundary: 200, z: 6, severity: 1.5, severityWithoutFloors: 1.5 })
    expect(verdict).toMatchObject({ countAtSeverity1: 400, countAtSeverity2: 600 })
  })

  it('never pages under 1.6 times the usual, however even the days are', () => {
    expect(judged(aDay({ value: 319, capped: 319, expected: 200, sigma: 15 })).severity).toBeLessThan(1)
    expect(judged(aDay({ value: 320, capped: 320, expected: 200, sigma: 15 })).severity).toBe(1)
  })

  it('never pages under 120 negative mentions', () => {
    expect(judged(aDay({ value: 119, capped: 119, expected: 20, sigma: 5 })).severity).toBe(0)
    expect(judged(aDay({ value: 120, capped: 120, expected: 20, sigma: 5 }))).toMatchObject({
      severity: 5,
      countAtSeverity1: 120,
    })
  })

  it('is quieter or sooner by the sensitivity, which moves no floor', () => {
    const forecast = aDay({ value: 500, capped: 500, expected: 200, sigma: 50 })
    const at = (sensitivity: number) =>
      evaluateDay({ forecast, thresholds: { ...thresholds, sensitivity }, signal: 'negative' }).boundary
    expect([at(1.5), at(1), at(0.3)]).toEqual([300, 200, 120])
  })

  it('is over as soon as the last six hours are near the usual', () => {
    const bad = { value: 600, capped: 600, expected: 200, sigma: 20 }
    expect(judged(aDay({ ...bad, recentRatio: 1.3 })).severity).toBeGreaterThan(1)
    expect(judged(aDay({ ...bad, recentRatio: 1.29 }))).toMatchObject({
      severity: 0,
      severityWithoutFloors: 0,
    })
  })

  it('finds a storm of twice the usual within its first day, on five days of history', () => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      for (const perDay of [150, 400]) {
        const begins = 5 * day + seed * 40
        const pages = pagesOf(9, seed, perDay, (i) => (i >= begins && i < begins + 30 * 12 ? 2 : 1))
        expect(pages[0]).toBeGreaterThan(begins)
        expect(pages[0]).toBeLessThan(begins + day)
        // It says so no longer when it has been over for the six hours it looks back, and one to be whole.
        expect(pages.at(-1)).toBeLessThan(begins + (30 + 8) * 12)
      }
    }
  })

  it('does not take a working day after a weekend for a storm, whichever day the brand began on', () => {
    for (let first = 0; first < 7; first += 1) {
      for (const weekend of [0.5, 0.1]) {
        const pages = pagesOf(18, first, 400, (i) => ((Math.floor(i / day) + first) % 7 > 4 ? weekend : 1))
        expect(pages).toEqual([])
      }
    }
  })

  it('leaves bursts of up to two hours to the short windows', () => {
    for (const seed of [1, 2, 3]) {
      const begins = 8 * day + 140 + seed * 30
      expect(pagesOf(12, seed, 200, (i) => (i >= begins && i < begins + 24 ? 20 : 1))).toEqual([])
    }
  })

  it('pages never on steady brands', () => {
    for (const seed of [1, 2, 3, 4])
      for (const perDay of [130, 400, 1_500]) {
        expect(pagesOf(28, seed, perDay, () => 1)).toEqual([])
      }
  })
})

function judged(forecast: DayForecast) {
  return evaluateDay({ forecast, thresholds, signal: 'negative' })
}

function aDay(overrides: Partial<DayForecast>): DayForecast {
  return { value: 200, capped: 200, expected: 200, sigma: 20, recentRatio: 2, ...overrides }
}

/** Buckets after which a brand with a daily rhythm is at 1.0 or more, `factor` times its usual at each. */
function pagesOf(days: number, seed: number, perDay: number, factor: (bucket: number) => number): number[] {
  const random = seeded(seed * 1_000 + perDay)
  const baseline = createCountBaseline()
  const pages: number[] = []
  for (let i = 0; i < days * day; i += 1) {
    baseline.close(i, poisson(rhythm(perDay / 24, i) * factor(i), random), true, 0)
    const forecast = baseline.day()
    if (forecast !== undefined && judged(forecast).severity >= 1) pages.push(i)
  }
  return pages
}
