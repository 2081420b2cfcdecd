import { describe, expect, it } from 'vitest'
import { confusionFrom } from './sentiment-engine.ts'

describe('confusionFrom', () => {
  it('normalises each row by its truth and derives sensitivity and false positive rate', () => {
    const matrix = confusionFrom([
      [8, 1, 1],
      [6, 20, 4],
      [1, 2, 7],
    ])
    expect(matrix.rates[0]).toEqual([0.8, 0.1, 0.1])
    expect(matrix.texts).toEqual([10, 30, 10])
    expect(matrix.sensitivity).toBe(0.8)
    expect(matrix.falsePositiveRate).toBe(7 / 40)
  })

  it('refuses a truth without texts', () => {
    expect(() =>
      confusionFrom([
        [1, 0, 0],
        [0, 0, 0],
        [0, 0, 1],
      ]),
    ).toThrow(/rows have 1, 0, 1 texts/)
  })
})
