import fc from 'fast-check'
import { expect, it } from 'vitest'
import { fitGrowth } from './growth.ts'

it('finds the rate at which what stands above the expected grows, whatever is expected', () => {
  for (const usual of [0, 2, 50]) {
    const growth = fitGrowth(grown({ usual, level: 3, rate: Math.LN2 / 12, minutes: 40 }), usual)
    expect(growth?.rate).toBeCloseTo(Math.LN2 / 12, 5)
    expect(growth?.level).toBeCloseTo(3, 4)
  }
})

it('holds the true rate four times in five within 1.28 standard errors', () => {
  let held = 0
  const tries = 300
  const rate = Math.LN2 / 15
  for (let seed = 1; seed <= tries; seed += 1) {
    const random = seeded(seed)
    const counts = grown({ usual: 3, level: 2.5, rate, minutes: 30 }).map((mean) => poisson(mean, random))
    const growth = fitGrowth(counts, 3)
    if (growth === undefined) continue
    if (Math.abs(growth.rate - rate) <= 1.2816 * Math.sqrt(growth.rateVariance)) held += 1
  }
  expect(held / tries).toBeGreaterThan(0.74)
  expect(held / tries).toBeLessThan(0.9)
})

it('is surer the more is counted, and less sure the more counts scatter', () => {
  const few = fitGrowth(grown({ usual: 0, level: 1, rate: 0.05, minutes: 30 }), 0)
  const many = fitGrowth(grown({ usual: 0, level: 5, rate: 0.05, minutes: 30 }), 0)
  const wild = grown({ usual: 0, level: 5, rate: 0.05, minutes: 30 }).map((mean, at) =>
    at % 2 ? mean * 1.6 : mean * 0.4,
  )
  expect(many?.rateVariance).toBeLessThan(few?.rateVariance ?? 0)
  expect(fitGrowth(wild, 0)?.rateVariance).toBeGreaterThan(10 * (many?.rateVariance ?? 1))
})

it('says nothing of fewer than five minutes, or of counts that do not stand above the expected', () => {
  expect(fitGrowth([1, 4, 16, 64], 1)).toBeUndefined()
  expect(fitGrowth([1, 2, 1, 0, 2, 1], 2)).toBeUndefined()
})

it('gives finite figures, or none, for any counts', () => {
  const counts = fc.array(fc.integer({ min: 0, max: 100_000 }), { maxLength: 60 })
  const usual = fc.double({ min: 0, max: 10_000, noNaN: true })
  fc.assert(
    fc.property(counts, usual, (some, expected) => {
      const growth = fitGrowth(some, expected)
      for (const figure of Object.values(growth ?? {})) expect(Number.isFinite(figure)).toBe(true)
    }),
  )
})

function grown(of: { usual: number; level: number; rate: number; minutes: number }): number[] {
  return Array.from(
    { length: of.minutes },
    (_, at) => of.usual + Math.exp(of.level + of.rate * (at - of.minutes + 0.5)),
  )
}

/** Numbers of 0..1 from a seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function poisson(mean: number, random: () => number): number {
  let count = -1
  for (let product = 1; product > Math.exp(-mean); product *= random()) count += 1
  return count
}
