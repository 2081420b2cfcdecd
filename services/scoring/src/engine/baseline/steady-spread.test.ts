import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Baseline, Spread } from './baseline.ts'
import { createCountBaseline, decodeCountBaseline } from './count-baseline.ts'
import { plainSteady } from './testing/plain-steady.ts'
import { seeded, steadySeries } from './testing/random-series.ts'

const start = 5_000_000 - (5_000_000 % 288)

describe('spread of the least of adjacent buckets', () => {
  it('equals the one computed from the whole series, with holes, bursts and changes of clocks', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000 }),
        fc.integer({ min: 5, max: 2_000 }),
        fc.integer({ min: 3 * 288, max: 16 * 288 }),
        fc.constantFrom(0, 12, -6),
        fc.constantFrom(Number.POSITIVE_INFINITY, 60),
        (seed, perHour, length, change, loud) => {
          const series: (number | undefined)[] = withBursts(steadySeries(perHour, length, seed), seed)
          series.fill(undefined, 700, 760)
          const shift = (i: number) => (i < length - 400 ? 0 : change)
          const baseline = fed(series, shift)
          for (const parts of [3, 4] as const) {
            const slotOf = (i: number) => (i + shift(i) + 288) % 288
            expectAlike(baseline.steady(parts, loud), plainSteady(series, length, parts, slotOf, loud))
          }
        },
      ),
      { numRuns: 12 },
    )
  })

  it('is not widened by bursts of one bucket or two, however loud they are', () => {
    const calm = steadySeries(120, 15 * 288, 1)
    const bursting = calm.map((count, at) => (at % 100 < 2 ? count + 900 : count))
    const [usual, burst] = [fed(calm).steady(3), fed(bursting).steady(3)]
    expect(burst?.regular).toBeLessThan(1.5 * (usual?.regular ?? 0) + 1)
  })

  it('knows what is reached on five days of fourteen, and takes no more than the third day for usual', () => {
    const storms = (days: number) =>
      fed(
        steadySeries(120, 15 * 288, 1).map((count, at) =>
          at >= 288 && at < (days + 1) * 288 && at % 288 >= 140 && at % 288 < 144 ? count + 500 : count,
        ),
      ).steady(4)
    expect(storms(2)?.deviation).toBeLessThan(2)
    expect(storms(6)?.deviation).toBeGreaterThan(3)
    expect(storms(4)?.regular).toBeLessThan(5)
    expect(storms(6)?.regular).toBeGreaterThan(50)
  })

  it('says the same throughout an hour, and after decoding', () => {
    const series = withBursts(steadySeries(60, 15 * 288 + 12, 3), 3)
    const baseline = fed(series.slice(0, -12))
    const first = baseline.steady(3)
    series.slice(-12, -1).forEach((count, at) => {
      baseline.close(start + series.length - 12 + at, count, true, 0)
    })
    expect(baseline.steady(3)).toEqual(first)
    expect(decodeCountBaseline(baseline.encode()).steady(3)).toEqual(first)
    baseline.close(start + series.length - 1, 1, true, 0)
    expect(baseline.steady(3)).not.toEqual(first)
  })

  it('takes a correction in at once, and is unknown before there is enough to compare with', () => {
    const series = steadySeries(60, 15 * 288, 4)
    const late = fed(series.with(2_000, 0))
    late.steady(3)
    late.correct(start + 2_000, series[2_000] ?? 0)
    expect(late.steady(3)).toEqual(fed(series).steady(3))
    expect(fed(series.slice(0, 160)).steady(3)).toBeUndefined()
    expect(createCountBaseline().steady(3)).toBeUndefined()
  })
})

function expectAlike(found: Spread | undefined, wanted: Spread | undefined): void {
  expect(found === undefined).toBe(wanted === undefined)
  if (wanted === undefined) return
  expect(found?.deviation).toBeCloseTo(wanted.deviation, 6)
  expect(found?.regular).toBeCloseTo(wanted.regular, 6)
}

function fed(series: readonly (number | undefined)[], shift: (i: number) => number = () => 0): Baseline {
  const baseline = createCountBaseline()
  series.forEach((value, i) => {
    baseline.close(start + i, value ?? 0, value !== undefined, shift(i) * 5)
  })
  return baseline
}

function withBursts(series: readonly number[], seed: number): number[] {
  const random = seeded(seed)
  let left = 0
  return series.map((value) => {
    if (random() < 0.004) left = 5
    left -= 1
    return left > 0 ? value * 6 + 40 : value
  })
}
