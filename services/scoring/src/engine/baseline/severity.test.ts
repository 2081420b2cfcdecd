import { thresholdsConfig } from '@nabiz/shared/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Forecast, WindowBuckets } from './baseline.ts'
import { createCountBaseline } from './count-baseline.ts'
import { deafness } from './deafness.ts'
import { evaluateWindow, type WindowQuestion } from './severity.ts'
import { poisson, rhythm, seeded, steadySeries } from './testing/random-series.ts'

const thresholds = thresholdsConfig.parse({ id: 'default' })
const lengths: readonly WindowBuckets[] = [12, 3, 1]

describe('severity of a window', () => {
  it('is the excess over the expected value in units of the boundary', () => {
    const forecast = aForecast({ sigma: 20 })
    const verdict = evaluateWindow(aQuestion({ forecast, value: 280 }))
    expect(verdict).toMatchObject({ boundary: 120, z: 9, severity: 1.5, severityWithoutFloors: 1.5 })
    expect(verdict).toMatchObject({ countAtSeverity1: 220, countAtSeverity2: 340 })
    expect(evaluateWindow(aQuestion({ forecast, windowBuckets: 3 })).boundary).toBe(200)
    expect(evaluateWindow(aQuestion({ forecast, windowBuckets: 1 })).boundary).toBe(280)
  })

  it('names no deciding count where whole numbers end', () => {
    const forecast = aForecast({ expected: 2e15, sigma: 3e15 })
    const verdict = evaluateWindow(aQuestion({ forecast, value: 0, signal: 'reach' }))
    expect(verdict.countAtSeverity1).toBe(Number.POSITIVE_INFINITY)
    expect(verdict.severity).toBe(0)
  })

  it('takes the greater of the deviation and what regular bursts ask for', () => {
    expect(evaluateWindow(aQuestion({ forecast: aForecast({ burst: 25 }) })).boundary).toBe(150)
    expect(evaluateWindow(aQuestion({ forecast: aForecast({ burst: 5 }) })).boundary).toBe(60)
  })

  it('asks for one deviation more while the baseline is plain', () => {
    expect(evaluateWindow(aQuestion({ forecast: aForecast({ phase: 'plain' }) })).boundary).toBe(70)
  })

  it('follows a factor, but never to below what chance alone does', () => {
    const boundary = (factor: number, sigma: number) =>
      evaluateWindow(aQuestion({ forecast: aForecast({ sigma }), factor })).boundary
    expect(boundary(0.5, 30)).toBe(90)
    expect(boundary(2, 30)).toBe(360)
    // A hundred are expected, so chance alone moves the count by ten.
    expect(boundary(0.5, 12)).toBe(60)
    expect(boundary(0.5, 8)).toBe(48)
    expect(boundary(1.5, 8)).toBe(72)
  })

  it('is quieter or sooner by the sensitivity in every phase', () => {
    const quieter = { ...thresholds, sensitivity: 1.5 }
    expect(evaluateWindow(aQuestion({ thresholds: quieter })).boundary).toBe(90)
    const first = aForecast({ phase: 'none', expected: 0, sigma: 1 })
    expect(evaluateWindow(aQuestion({ thresholds: quieter, forecast: first })).boundary).toBe(150)
  })

  it('is nothing below the floor of a large or small brand, whatever the deviation says', () => {
    const calm = (ratePerHour: number) => aForecast({ expected: 1, sigma: 1, ratePerHour })
    expect(evaluateWindow(aQuestion({ forecast: calm(29), value: 9 })).severity).toBe(0)
    expect(evaluateWindow(aQuestion({ forecast: calm(29), value: 10 })).severity).toBe(1.5)
    expect(evaluateWindow(aQuestion({ forecast: calm(30), value: 29 }))).toMatchObject({
      severity: 0,
      countAtSeverity1: 30,
      countAtSeverity2: 30,
    })
    expect(
      evaluateWindow(aQuestion({ forecast: calm(30), value: 29 })).severityWithoutFloors,
    ).toBeGreaterThan(4)
    const short = {
      windowBuckets: 1,
      thresholds: { ...thresholds, windows: { ...thresholds.windows, m15: 2, m5: 2 } },
    } as const
    expect(evaluateWindow(aQuestion({ ...short, forecast: calm(5), value: 4 })).severity).toBe(0)
    expect(evaluateWindow(aQuestion({ ...short, forecast: calm(5), value: 5 })).severity).toBe(2)
  })

  it('is nothing below twice the expected value, three times in the short windows', () => {
    const forecast = aForecast({ expected: 100, sigma: 2 })
    expect(evaluateWindow(aQuestion({ forecast, value: 199 })).severity).toBe(0)
    expect(evaluateWindow(aQuestion({ forecast, value: 200 })).severity).toBeGreaterThan(8)
    expect(evaluateWindow(aQuestion({ forecast, value: 299, windowBuckets: 3 })).severity).toBe(0)
    expect(evaluateWindow(aQuestion({ forecast, value: 300, windowBuckets: 3 })).severity).toBe(10)
  })

  it('halves the floors for negative mentions', () => {
    const forecast = aForecast({ expected: 1, sigma: 0.5, ratePerHour: 14 })
    expect(evaluateWindow(aQuestion({ signal: 'negative', forecast, value: 4 })).severity).toBe(0)
    expect(evaluateWindow(aQuestion({ signal: 'negative', forecast, value: 5 })).severity).toBeGreaterThan(1)
    const large = { ...forecast, ratePerHour: 15 }
    expect(evaluateWindow(aQuestion({ signal: 'negative', forecast: large, value: 14 })).severity).toBe(0)
    expect(
      evaluateWindow(aQuestion({ signal: 'negative', forecast: large, value: 15 })).severity,
    ).toBeGreaterThan(1)
  })

  it('judges reach by its followers and the floor by its negative mentions', () => {
    const forecast = aForecast({ expected: 1_000, sigma: 1_000, ratePerHour: 1_000 })
    const reach = { signal: 'reach', forecast, value: 50_000 } as const
    expect(evaluateWindow(aQuestion({ ...reach, mentionsInWindow: 4 })).severity).toBe(0)
    expect(evaluateWindow(aQuestion({ ...reach, mentionsInWindow: 5 })).severity).toBeGreaterThan(8)
    expect(
      evaluateWindow(aQuestion({ ...reach, mentionsInWindow: 5, mentionRatePerHour: 15 })).severity,
    ).toBe(0)
    expect(evaluateWindow(aQuestion(reach)).severity).toBe(0)
    const first = evaluateWindow(
      aQuestion({ ...reach, mentionsInWindow: 50, forecast: aForecast({ phase: 'none' }) }),
    )
    expect(first).toMatchObject({ severity: 0, countAtSeverity1: Number.POSITIVE_INFINITY })
  })

  it('knows only the fixed floor on the first day', () => {
    const forecast = aForecast({ phase: 'none', expected: 0, sigma: 1 })
    expect(evaluateWindow(aQuestion({ forecast, value: 99 })).severity).toBeLessThan(1)
    expect(evaluateWindow(aQuestion({ forecast, value: 100 }))).toMatchObject({
      severity: 1,
      countAtSeverity2: 200,
    })
    expect(evaluateWindow(aQuestion({ forecast, value: 41, windowBuckets: 3 })).severity).toBeLessThan(1)
    expect(evaluateWindow(aQuestion({ forecast, value: 42, windowBuckets: 3 })).severity).toBeGreaterThan(1)
    expect(evaluateWindow(aQuestion({ forecast, value: 27, windowBuckets: 1 })).severity).toBeLessThan(1)
    expect(evaluateWindow(aQuestion({ forecast, value: 28, windowBuckets: 1 })).severity).toBeGreaterThan(1)
    expect(evaluateWindow(aQuestion({ forecast, value: 50, signal: 'negative' })).severity).toBe(1)
  })

  it('asks on the first day for twice the greatest window there was until an hour ago', () => {
    const forecast = aForecast({ phase: 'none', expected: 0, sigma: 1, greatest: 80 })
    expect(evaluateWindow(aQuestion({ forecast, value: 159 })).severity).toBeLessThan(1)
    expect(evaluateWindow(aQuestion({ forecast, value: 160 })).severity).toBe(1)
    const quiet = { ...forecast, greatest: 10 }
    expect(evaluateWindow(aQuestion({ forecast: quiet, value: 100 })).severity).toBe(1)
    const series = [...Array.from({ length: 40 }, () => 2), 90, ...Array.from({ length: 12 }, () => 5)]
    const baseline = createCountBaseline()
    series.forEach((value, i) => {
      baseline.close(i, value, true, 0)
    })
    expect(baseline.forecast(12, 53, 0).greatest).toBe(22 + 90)
    expect(baseline.forecast(1, 53, 0).greatest).toBe(90)
    baseline.close(53, 5, true, 0)
    expect(baseline.forecast(12, 54, 0).greatest).toBe(20 + 90 + 5)
  })

  it('names the first count that reaches a severity: one less does not', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 5_000, noNaN: true }),
        fc.double({ min: 1, max: 500, noNaN: true }),
        fc.double({ min: 0, max: 500, noNaN: true }),
        fc.constantFrom<Forecast['phase']>('none', 'plain', 'full'),
        fc.constantFrom(...lengths),
        fc.double({ min: 0.3, max: 5, noNaN: true }),
        (expected, sigma, burst, phase, windowBuckets, sensitivity) => {
          const forecast = aForecast({ expected: phase === 'none' ? 0 : expected, sigma, burst, phase })
          const question = aQuestion({ forecast, windowBuckets, thresholds: { ...thresholds, sensitivity } })
          const { countAtSeverity1, countAtSeverity2 } = evaluateWindow(question)
          for (const [count, severity] of [
            [countAtSeverity1, 1],
            [countAtSeverity2, 2],
          ] as const) {
            expect(evaluateWindow({ ...question, value: count }).severity).toBeGreaterThanOrEqual(severity)
            expect(evaluateWindow({ ...question, value: count - 1 }).severity).toBeLessThan(severity)
          }
        },
      ),
    )
  })
})

describe('deafness', () => {
  it('is the smallest storm that some window notices in 15 minutes', () => {
    const windows = [
      { windowBuckets: 12, expected: 60, countAtSeverity1: 210 },
      { windowBuckets: 3, expected: 15, countAtSeverity1: 90 },
      { windowBuckets: 1, expected: 5, countAtSeverity1: 55 },
    ] as const
    // 150 / 15, 75 / 15 and 50 / 5 extra mentions a minute; one a minute is usual.
    expect(deafness(windows)).toEqual({ multiple: 6, perMinute: 5 })
    expect(deafness(windows.slice(0, 1))).toEqual({ multiple: 11, perMinute: 10 })
  })

  it('has no multiple of nothing', () => {
    const silent = deafness([{ windowBuckets: 12, expected: 0, countAtSeverity1: 30 }])
    expect(silent).toEqual({ multiple: Number.POSITIVE_INFINITY, perMinute: 2 })
  })
})

describe('the rule over weeks', () => {
  it('pages never on steady brands of any size after their first day', () => {
    for (const [perHour, seed] of [
      [5, 1],
      [20, 2],
      [60, 3],
      [400, 4],
    ] as const) {
      expect(pagesIn(steadySeries(perHour, 42 * 288, seed)).filter((bucket) => bucket >= 288)).toEqual([])
    }
  })

  it('pages within a quarter of an hour when a brand is mentioned ten times as often', () => {
    for (const perHour of [30, 120, 600]) {
      const random = seeded(8)
      const start = 20 * 288 + 144
      const series = steadySeries(perHour, start, 8)
      for (let i = start; i < start + 12; i += 1) series.push(poisson(10 * rhythm(perHour, i), random))
      const first = pagesIn(series).filter((bucket) => bucket >= 288)[0] ?? Number.POSITIVE_INFINITY
      expect(first).toBeGreaterThanOrEqual(start)
      expect(first).toBeLessThan(start + 3)
    }
  })
})

/** Buckets in which some window is at severity 1.0. */
function pagesIn(series: readonly number[]): number[] {
  const baseline = createCountBaseline()
  const pages: number[] = []
  series.forEach((value, i) => {
    const reached = lengths.some((windowBuckets) => {
      const sum = series.slice(Math.max(0, i - windowBuckets + 1), i + 1).reduce((a, b) => a + b, 0)
      const forecast = baseline.forecast(windowBuckets, i, 0)
      return evaluateWindow({ forecast, value: sum, windowBuckets, thresholds }).severity >= 1
    })
    if (reached) pages.push(i)
    baseline.close(i, value, true, 0)
  })
  return pages
}

function aForecast(overrides: Partial<Forecast> = {}): Forecast {
  return { expected: 100, sigma: 10, burst: 0, days: 14, phase: 'full', ratePerHour: 100, ...overrides }
}

function aQuestion(overrides: Partial<WindowQuestion> = {}): WindowQuestion {
  return { forecast: aForecast(), value: 100, windowBuckets: 12, thresholds, ...overrides }
}
