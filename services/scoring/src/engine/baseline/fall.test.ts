import { thresholdsConfig } from '@nabiz/shared/contracts'
import { expect, it } from 'vitest'
import type { Baseline } from './baseline.ts'
import { createCountBaseline } from './count-baseline.ts'
import { evaluateFall } from './fall.ts'

const thresholds = thresholdsConfig.parse({ id: 'default' })

it('says how far hours fall, of those below the expected alone: bursts say nothing about silence', () => {
  const even = filled(8, () => 10)
  const bursts = filled(8, (index) => (index % 601 === 40 ? 400 : 10))
  expect(even.fall()?.deviation).toBeCloseTo(0, 5)
  const sigma = bursts.forecast(12, 8 * 288, 0).sigma
  const below = verdictOf(bursts, 0)?.sigma ?? 0
  expect(below).toBeLessThan(sigma / 2)
})

it('lets no fall page that comes every week', () => {
  // Buckets of 5 minutes from a Monday on, weekends with a tenth of the mentions.
  const weekly = (index: number) => (Math.floor(index / 288) % 7 >= 5 ? 1 : 10)
  const baseline = filled(14, weekly)
  expect(verdictOf(baseline, 12)?.severity).toBeLessThan(1)
  expect(baseline.fall()?.regular).toBeGreaterThan(5)
  expect(
    verdictOf(
      filled(14, () => 10),
      12,
    )?.severity,
  ).toBeGreaterThan(1)
})

it('says nothing in the first days, nor of a brand too small for silence to mean anything', () => {
  expect(createCountBaseline().fall()).toBeUndefined()
  expect(
    verdictOf(
      filled(2, () => 10),
      0,
    ),
  ).toBeUndefined()
  const small = verdictOf(
    filled(8, (index) => (index % 12 === 0 ? 8 : 0)),
    0,
  )
  expect(small?.severity).toBeLessThan(1)
  expect(small?.valueAtSeverity1).toBe(Number.POSITIVE_INFINITY)
})

it('judges the same after decoding, and pages from the value it names', () => {
  const baseline = filled(8, (index) => 8 + (index % 5))
  const most = verdictOf(baseline, 0)?.valueAtSeverity1 ?? 0
  expect(verdictOf(baseline, Math.floor(most))?.severity).toBeGreaterThanOrEqual(1)
  expect(verdictOf(baseline, Math.floor(most) + 1)?.severity).toBeLessThan(1)
})

function verdictOf(baseline: Baseline, value: number) {
  const spread = baseline.fall() ?? { deviation: 0, regular: 0 }
  const forecast = baseline.forecast(12, baseline.next ?? 0, 0)
  return evaluateFall({ forecast, spread, value, thresholds })
}

function filled(days: number, count: (index: number) => number): Baseline {
  const baseline = createCountBaseline()
  for (let index = 0; index < days * 288; index += 1) baseline.close(index, count(index), true, 0)
  return baseline
}
