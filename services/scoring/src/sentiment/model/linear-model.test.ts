import { describe, expect, it } from 'vitest'
import { createJudge, type LanguageModel, labelOf } from './linear-model.ts'

describe('linear model', () => {
  it('adds both halves of each weight and divides by the root of the number of features', () => {
    const judged = createJudge(aModel())({ buckets: Int32Array.of(0, 1, 1, 2), count: 4 })
    // negative: (30 - 20 - 20 + 0) * 0.01 / 2, positive: (-10 + 5 + 5 + 8) * 0.01 / 2
    expect(judged.negativeLogit).toBeCloseTo(0.5 - 0.05, 9)
    expect(judged.positiveLogit).toBeCloseTo(-0.25 + 0.04, 9)
    expect(judged.label).toBe('negative')
  })

  it('gives probabilities that sum to 1 and follow temperature and bias', () => {
    const judge = createJudge(
      aModel({ calibration: { temperature: 2, bias: { negative: 0.1, positive: 0 } } }),
    )
    const { negative, neutral, positive } = judge({ buckets: Int32Array.of(0), count: 1 })
    expect(negative + neutral + positive).toBeCloseTo(1, 9)
    expect(Math.log(negative / neutral)).toBeCloseTo((0.3 + 0.5) / 2 + 0.1, 9)
  })

  it('names the label after adding its offset', () => {
    const features = { buckets: Int32Array.of(2), count: 1 }
    expect(createJudge(aModel())(features).label).toBe('negative')
    expect(createJudge(aModel({ labelOffset: { negative: -1, positive: 0 } }))(features).label).toBe(
      'neutral',
    )
  })

  it('judges a text without features by the bias alone', () => {
    expect(createJudge(aModel())({ buckets: new Int32Array(4), count: 0 }).negativeLogit).toBe(0.5)
  })

  it('takes a tie for neutral, then for negative', () => {
    expect(labelOf(0, 0)).toBe('neutral')
    expect(labelOf(1, 1)).toBe('negative')
    expect(labelOf(-1, 1)).toBe('positive')
  })
})

function aModel(overrides: Partial<LanguageModel> = {}): LanguageModel {
  const pack = (negative: number, positive: number) => (negative << 16) | (positive & 0xffff)
  return {
    language: 'tr',
    weights: Int32Array.of(pack(30, -10), pack(-20, 5), pack(0, 8), 0),
    scale: 0.01,
    bias: { negative: 0.5, positive: -0.25 },
    labelOffset: { negative: 0, positive: 0 },
    calibration: { temperature: 1, bias: { negative: 0, positive: 0 } },
    ...overrides,
  }
}
