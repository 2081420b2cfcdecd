import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Baseline, WindowBuckets } from './baseline.ts'
import { createCountBaseline, decodeCountBaseline } from './count-baseline.ts'
import { packResidual, unpackResidual } from './residual-code.ts'
import { plainRule } from './testing/plain-rule.ts'
import { seeded, steadySeries } from './testing/random-series.ts'

const start = 5_000_000
const lengths: readonly WindowBuckets[] = [12, 3, 1]

describe('count baseline', () => {
  it('equals the rule computed from the whole series, from the first bucket to the twentieth day', () => {
    const series = withBursts(steadySeries(60, 20 * 288, 7), 11)
    expectRule(series, [1, 200, 287, 288, 300, 560, 863, 864, 900, 1_500, 3_000, 4_040, 4_400, 5_000, 5_759])
  })

  it('equals the rule on random series, rates and starts of unobserved stretches', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000 }),
        fc.integer({ min: 1, max: 3_000 }),
        fc.integer({ min: 1, max: 1_200 }),
        fc.integer({ min: 0, max: 400 }),
        (seed, perHour, gapFrom, gapLength) => {
          const series: (number | undefined)[] = withBursts(steadySeries(perHour, 5 * 288, seed), seed)
          for (let i = gapFrom; i < gapFrom + gapLength && i < series.length; i += 1) series[i] = undefined
          expectRule(series, [400, 870, 1_100, 1_439])
        },
      ),
      { numRuns: 12 },
    )
  })

  it('expects the mean over the days of the mean of the 13 window sums around the same time', () => {
    const series = steadySeries(100, 16 * 288, 3)
    const baseline = fed(series)
    for (const length of lengths) {
      const i = series.length
      let total = 0
      for (let day = 1; day <= 14; day += 1) {
        for (let position = -6; position <= 6; position += 1) {
          const end = i - 288 * day + position
          for (let j = end - length + 1; j <= end; j += 1) total += series[j] ?? 0
        }
      }
      expect(baseline.forecast(length, start + i, 0).expected).toBeCloseTo(total / 14 / 13, 9)
    }
  })

  it('goes on identically after decoding, at any age', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_500 }), fc.integer({ min: 0, max: 50 }), (age, seed) => {
        const series = withBursts(steadySeries(40, age + 400, seed), seed).map(
          (value) => value * (1 + seed * 300),
        )
        const original = fed(series.slice(0, age))
        const copy = decodeCountBaseline(original.encode())
        expect(copy.encode()).toEqual(original.encode())
        feed(original, series.slice(age), age)
        feed(copy, series.slice(age), age)
        expect(copy.encode()).toEqual(original.encode())
        for (const length of lengths) {
          const at = start + series.length
          expect(copy.forecast(length, at, 0)).toEqual(original.forecast(length, at, 0))
        }
      }),
      { numRuns: 10 },
    )
  })

  it('encodes to at most 45 KB when full and to about a kilobyte when young', () => {
    const large = fed(steadySeries(2_000, 4_200, 1).map((value) => value * 1_000_003))
    expect(large.encode().length).toBeLessThan(45_000)
    expect(fed(steadySeries(50, 4_200, 1)).encode().length).toBeLessThan(27_000)
    expect(fed([1, 2, 3]).encode().length).toBeLessThan(1_100)
    expect(createCountBaseline().encode().length).toBeLessThan(20)
  })

  it('reads version 1, which held residuals in full width', () => {
    const bytes = fed([3, 1, 2]).encode()
    const residuals = 7 + 8 + 9 + 3 + 8
    // Up to 16 buckets the two differ in what comes of the queue alone: two numbers and six codes.
    const first = Uint8Array.of(...bytes.subarray(0, residuals), ...bytes.subarray(residuals + 8 + 12)).with(
      1,
      1,
    )
    expect(decodeCountBaseline(first).encode()).toEqual(bytes)
  })

  it('refuses bytes that are cut, longer, of another kind or version, and says so', () => {
    const bytes = fed(steadySeries(50, 500, 1)).encode()
    for (const cut of [0, 1, 5, 20, bytes.length - 1]) {
      expect(() => decodeCountBaseline(bytes.subarray(0, cut))).toThrow(/encoded count baseline: found/)
    }
    expect(() => decodeCountBaseline(Uint8Array.of(...bytes, 0))).toThrow('1 bytes after the end')
    expect(() => decodeCountBaseline(bytes.with(0, 9))).toThrow('kind 9')
    expect(() => decodeCountBaseline(bytes.with(1, 9))).toThrow('version 9')
  })

  it('leaves unobserved buckets out: a blind day changes nothing that is expected', () => {
    const series: (number | undefined)[] = Array.from({ length: 10 * 288 }, (_, i) => 10 + ((i % 288) % 7))
    const blind = series.map((value, i) => (i >= 5 * 288 && i < 6 * 288 ? undefined : value))
    const whole = fed(series).forecast(12, start + series.length, 0)
    const holed = fed(blind).forecast(12, start + series.length, 0)
    expect(holed.expected).toBeCloseTo(whole.expected, 9)
    expect(holed.ratePerHour).toBeCloseTo(whole.ratePerHour, 1)
    expect([whole.days, holed.days]).toEqual([10, 9])
  })

  it('is back at its beginning after two weeks of blindness', () => {
    const baseline = fed(steadySeries(50, 4_500, 2))
    feed(
      baseline,
      Array.from({ length: 4_100 }, () => undefined),
      4_500,
    )
    expect(baseline.forecast(12, start + 8_600, 0)).toMatchObject({ phase: 'none', days: 0 })
    feed(baseline, steadySeries(50, 1_200, 3), 8_600)
    expect(baseline.forecast(12, start + 9_800, 0).phase).toBe('full')
  })

  it('compares the same local time when clocks change', () => {
    const baseline = createCountBaseline()
    const localPeak = (i: number, shift: number) => ((i + shift) % 288 === 100 ? 500 : 2)
    const change = 8 * 288
    for (let i = 0; i < change + 288; i += 1) {
      const shift = i < change ? 36 : 24
      baseline.close(start + i, localPeak(start + i, shift), true, shift * 5)
    }
    const peakAt = (shift: number) => {
      let best = 0
      let at = 0
      for (let i = 0; i < 288; i += 1) {
        const index = start + change + 288 + i
        const { expected } = baseline.forecast(1, index, shift * 5)
        if (expected > best) {
          best = expected
          at = index + shift
        }
      }
      return at % 288
    }
    // 13 slots share the peak; the first of them stands 6 before it.
    expect(peakAt(24)).toBe(94)
  })

  it('equals the rule by local time across a change of clocks', () => {
    const series = withBursts(steadySeries(60, 7 * 288, 5), 5)
    const shift = (i: number) => (i < 4 * 288 + 36 ? 24 : 36)
    const baseline = createCountBaseline()
    const rule = plainRule(series, 12, (i) => (i + shift(i)) % 288)
    series.forEach((value, i) => {
      if ([3 * 288 + 5, 4 * 288 + 10, 5 * 288 + 100, 7 * 288 - 1].includes(i)) {
        expect(baseline.forecast(12, i, shift(i) * 5).expected).toBeCloseTo(rule.at(i).expected, 6)
      }
      baseline.close(i, value, true, shift(i) * 5)
    })
  })

  it('takes a correction into what is expected as if it had been counted in time', () => {
    const series = steadySeries(80, 10 * 288, 9)
    const late = fed(series.map((value, i) => (i % 50 === 7 ? Math.max(0, value - 3) : value)))
    series.forEach((value, i) => {
      if (i % 50 === 7) late.correct(start + i, value - Math.max(0, value - 3))
    })
    const whole = fed(series)
    for (const length of lengths) {
      const at = start + series.length
      expect(late.forecast(length, at, 0).expected).toBeCloseTo(whole.forecast(length, at, 0).expected, 9)
    }
  })

  it('takes a correction into the plain mean and deviation of the first days', () => {
    const series = steadySeries(80, 500, 9)
    const late = fed(series.map((value, i) => (i === 300 || i === 488 ? 0 : value)))
    late.correct(start + 300, series[300] ?? 0)
    late.correct(start + 488, series[488] ?? 0)
    const whole = fed(series)
    for (const length of lengths) {
      const at = start + series.length
      const [one, two] = [late.forecast(length, at, 0), whole.forecast(length, at, 0)]
      expect(one.expected).toBeCloseTo(two.expected, 9)
      expect(one.sigma).toBeCloseTo(two.sigma, 9)
    }
  })

  it('ignores corrections of what it does not hold and never falls below zero', () => {
    const baseline = fed([3, undefined, 4])
    const before = baseline.encode()
    for (const index of [start - 1, start + 1, start + 3, 0]) baseline.correct(index, 5)
    expect(baseline.encode()).toEqual(before)
    baseline.correct(start, -100)
    expect(baseline.encode()).toEqual(fed([0, undefined, 4]).encode())
  })

  it('leaves a past moment out of its own expectation', () => {
    const series = steadySeries(60, 10 * 288, 4)
    const storm = series.map((value, i) =>
      i >= series.length - 60 && i < series.length - 30 ? value + 5_000 : value,
    )
    const at = start + series.length - 35
    const calm = fed(series.slice(0, series.length - 35)).forecast(12, at, 0).expected
    expect(fed(storm).forecast(12, at, 0).expected).toBeCloseTo(calm, 9)
  })

  it('refuses a bucket out of order and a value that is no count', () => {
    const baseline = fed([1])
    expect(() => baseline.close(start + 5, 1, true, 0)).toThrow(`expected the one that follows, ${start + 1}`)
    expect(() => baseline.close(start + 1, -1, true, 0)).toThrow('expected a count of at least 0')
    expect(() => baseline.close(start + 1, Number.NaN, true, 0)).toThrow('found NaN')
    expect(() => createCountBaseline().close(1.5, 1, true, 0)).toThrow('bucket index: found 1.5')
  })
})

const stored = (residual: number) => unpackResidual(packResidual(residual))

function fed(series: readonly (number | undefined)[]): Baseline {
  const baseline = createCountBaseline()
  feed(baseline, series, 0)
  return baseline
}

function feed(baseline: Baseline, series: readonly (number | undefined)[], from: number): void {
  series.forEach((value, i) => {
    baseline.close(start + from + i, value ?? 0, value !== undefined, 0)
  })
}

function withBursts(series: readonly number[], seed: number): number[] {
  const random = seeded(seed + 1_000)
  let left = 0
  return series.map((value) => {
    if (random() < 0.004) left = 6
    left -= 1
    return left > 0 ? value * 8 + 40 : value
  })
}

function expectRule(series: readonly (number | undefined)[], moments: readonly number[]): void {
  const rules = new Map(lengths.map((length) => [length, plainRule(series, length, undefined, stored)]))
  const baseline = createCountBaseline()
  series.forEach((value, i) => {
    if (moments.includes(i)) {
      for (const [length, rule] of rules) {
        const found = baseline.forecast(length, i, 0)
        const wanted = rule.at(i)
        expect(found.phase).toBe(wanted.phase)
        expect(Math.abs(found.expected - wanted.expected)).toBeLessThanOrEqual(1e-9 * (1 + wanted.expected))
        expect(Math.abs(found.burst - wanted.burst)).toBeLessThanOrEqual(1e-6 * (1 + wanted.burst))
        expect(Math.abs(found.sigma - wanted.sigma)).toBeLessThanOrEqual(1e-6 * wanted.sigma)
      }
    }
    baseline.close(i, value ?? 0, value !== undefined, 0)
  })
}
