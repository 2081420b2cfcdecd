import { describe, expect, it } from 'vitest'
import { confusionFrom } from '../sentiment/sentiment-engine.ts'
import { estimateShare, type Verdict } from './estimate-share.ts'

/** Finds 80 % of the negatives, and calls 10 % of the others negative. */
const matrix = confusionFrom([
  [160, 30, 10],
  [20, 150, 30],
  [20, 30, 150],
])

describe('estimateShare', () => {
  it('corrects the share of each language by its own matrix', () => {
    const verdicts = [...judged('tr', 60, 45), ...judged('en', 40, 10)]
    const { share } = estimateShare(verdicts, (language) => (language === 'tr' ? matrix : undefined))
    expect(share).toBeCloseTo(0.6 * ((0.75 - 0.1) / 0.7) + 0.4 * 0.25, 3)
  })

  it('takes a language at its word where the matrix is no better than chance', () => {
    const chance = confusionFrom([
      [5, 5, 5],
      [5, 5, 5],
      [5, 5, 5],
    ])
    expect(estimateShare(judged('tr', 10, 3), () => chance).share).toBe(0.3)
  })

  it('gives a range that is wider with a correction, narrower with more texts, and never nothing', () => {
    const width = (texts: number, negatives: number, by?: typeof matrix) => {
      const { low, high } = estimateShare(judged('tr', texts, negatives), () => by)
      return high - low
    }
    expect(width(100, 50, matrix)).toBeGreaterThan(1.3 * width(100, 50))
    expect(width(1_000, 500)).toBeLessThan(0.4 * width(100, 50))
    expect(width(20, 20)).toBeGreaterThan(0.05)
    const { low, high } = estimateShare(judged('tr', 5, 5), () => matrix)
    expect([low > 0.4, high]).toEqual([true, 1])
  })

  it('holds the truth some 19 times in 20, the error of the measured rates included', () => {
    const random = aRandom(7)
    let held = 0
    const trials = 2_000
    for (let trial = 0; trial < trials; trial += 1) {
      const [found, alarms] = [draw(random, 200, 0.8), draw(random, 400, 0.1)]
      const measured = confusionFrom([
        [found, 200 - found, 0],
        [alarms, 400 - alarms, 0],
        [0, 0, 1],
      ])
      const negatives = draw(random, 64, 0.4 * 0.8 + 0.6 * 0.1)
      const { low, high } = estimateShare(judged('tr', 64, negatives), () => measured)
      if (low <= 0.4 && high >= 0.4) held += 1
    }
    expect(held / trials).toBeGreaterThan(0.93)
    expect(held / trials).toBeLessThan(0.975)
  })
})

function judged(language: string, texts: number, negatives: number): Verdict[] {
  return Array.from({ length: texts }, (_, index) => ({ language, isNegative: index < negatives }))
}

function draw(random: () => number, times: number, share: number): number {
  let hits = 0
  for (let left = times; left > 0; left -= 1) if (random() < share) hits += 1
  return hits
}

/** Park and Miller's generator. */
function aRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
