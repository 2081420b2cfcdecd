import type { SentimentLabel } from '@nabiz/shared/contracts'
import { describe, expect, it } from 'vitest'
import { calibrationError, type Judged, measureLabels } from './label-metrics.ts'

describe('measureLabels', () => {
  it('counts truths in rows and gives accuracy, macro recall and F1, and how negative was found', () => {
    const judged = [
      ...many(3, 'negative', 'negative'),
      ...many(1, 'negative', 'neutral'),
      ...many(4, 'neutral', 'neutral'),
      ...many(1, 'positive', 'negative'),
      ...many(1, 'positive', 'positive'),
    ]
    const metrics = measureLabels(judged)
    expect(metrics.counts).toEqual([
      [3, 1, 0],
      [0, 4, 0],
      [1, 0, 1],
    ])
    expect(metrics.accuracy).toBeCloseTo(0.8)
    expect(metrics.macroRecall).toBeCloseTo((0.75 + 1 + 0.5) / 3)
    // precision .75, .8 and 1
    expect(metrics.macroF1).toBeCloseTo((0.75 + (2 * 0.8) / 1.8 + (2 * 0.5) / 1.5) / 3)
    expect(metrics.negativeRecall).toBeCloseTo(0.75)
    expect(metrics.falsePositiveRate).toBeCloseTo(1 / 6)
  })

  it('leaves labels without texts out of the means', () => {
    const judged = [...many(2, 'negative', 'negative'), ...many(2, 'positive', 'neutral')]
    expect(measureLabels(judged)).toMatchObject({ macroRecall: 0.5, macroF1: 0.5 })
  })
})

describe('calibrationError', () => {
  it('is 0 where the right share of each confidence is right and grows with its distance', () => {
    const sure = (confidence: number, right: number, wrong: number) => [
      ...many(right, 'neutral', 'neutral', confidence),
      ...many(wrong, 'neutral', 'positive', confidence),
    ]
    expect(calibrationError([...sure(0.75, 3, 1), ...sure(1, 5, 0)])).toBeCloseTo(0)
    expect(calibrationError([...sure(0.75, 1, 3), ...sure(1, 4, 0)])).toBeCloseTo(0.25)
    const [one] = many(1, 'neutral', 'neutral') as [Judged]
    expect(calibrationError([{ ...one, confidence: undefined }])).toBeUndefined()
  })
})

function many(count: number, truth: SentimentLabel, label: SentimentLabel, confidence = 0.5): Judged[] {
  return Array.from({ length: count }, () => ({ truth, label, confidence, language: 'tr' }))
}
