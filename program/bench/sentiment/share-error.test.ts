import { describe, expect, it } from 'vitest'
import { seeded } from '../detection/perturb.ts'
import type { Judged } from './label-metrics.ts'
import { measureShare, measureShareInHalves, ratesIn } from './share-error.ts'

describe('measureShare', () => {
  it('finds no bias where the rates are those of the texts, and the bias where there are none', () => {
    const judged = texts({ language: 'tr', sensitivity: 0.7, falsePositiveRate: 0.2 })
    const rates = { sensitivity: 0.7, falsePositiveRate: 0.2 }
    expect(Math.abs(measureShare(judged, () => rates, seeded(1)).bias)).toBeLessThan(0.01)
    // 0.25 x 0.7 + 0.75 x 0.2 less 0.25
    expect(measureShare(judged, () => undefined, seeded(1)).bias).toBeCloseTo(0.075, 2)
    expect(Math.abs(measureShareInHalves(judged, seeded(1)).bias)).toBeLessThan(0.02)
  })

  it('holds at any true share where the rates are right, and its bias is a line over it where they are not', () => {
    const judged = texts({ language: 'tr', sensitivity: 0.9, falsePositiveRate: 0.2 })
    const right = ratesIn(judged)
    expect(right.sensitivity).toBeCloseTo(0.9, 9)
    expect(right.falsePositiveRate).toBeCloseTo(0.2, 9)
    const biasAt = (rates: typeof right, share: number) =>
      measureShare(judged, () => rates, seeded(3), share).bias
    for (const share of [0.05, 0.6]) expect(Math.abs(biasAt(right, share))).toBeLessThan(0.01)
    // (0.6 x 0.9 + 0.4 x 0.2 - 0.2) / 0.5 less 0.6
    expect(biasAt({ sensitivity: 0.7, falsePositiveRate: 0.2 }, 0.6)).toBeCloseTo(0.24, 2)
  })

  it('tells how often the bound that alarms go by lies above the truth', () => {
    const judged = texts({ language: 'tr', sensitivity: 0.9, falsePositiveRate: 0.2 })
    expect(measureShare(judged, () => ratesIn(judged), seeded(4), 0.2).exceeded).toBeLessThan(0.01)
    const tooLow = { sensitivity: 0.9, falsePositiveRate: 0.02 }
    expect(measureShare(judged, () => tooLow, seeded(4), 0.2).exceeded).toBeGreaterThan(0.5)
  })

  it('corrects each language by its own rates', () => {
    const judged = [
      ...texts({ language: 'tr', sensitivity: 0.6, falsePositiveRate: 0.1 }),
      ...texts({ language: 'en', sensitivity: 0.9, falsePositiveRate: 0.4 }),
    ]
    const ratesOf = (language: string) =>
      language === 'tr'
        ? { sensitivity: 0.6, falsePositiveRate: 0.1 }
        : { sensitivity: 0.9, falsePositiveRate: 0.4 }
    expect(Math.abs(measureShare(judged, ratesOf, seeded(2)).bias)).toBeLessThan(0.01)
  })
})

/** 4,000 texts, a quarter negative, judged with exactly these rates. */
function texts(of: { language: string; sensitivity: number; falsePositiveRate: number }): Judged[] {
  return Array.from({ length: 4_000 }, (_, at) => {
    const truth = at % 4 === 0 ? 'negative' : 'neutral'
    const place = (Math.floor(at / 4) % 100) / 100
    const isNegative = place < (truth === 'negative' ? of.sensitivity : of.falsePositiveRate)
    return { truth, label: isNegative ? 'negative' : 'neutral', confidence: undefined, language: of.language }
  })
}
