import type { EstimatedShare } from '@nabiz/shared/contracts'
import type { ConfusionMatrix } from '../sentiment/sentiment-engine.ts'

/** What an engine said of one mention. */
export interface Verdict {
  language: string
  isNegative: boolean
}

/** Two-sided 95 % quantile of the normal distribution. */
const quantile = 1.96

/**
 * The share of negative among mentions, each language corrected by its confusion matrix (Rogan and Gladen 1978), with a
 * 95 % range that holds the error of the sample and of the measured rates alike. A language without a matrix, or with one
 * no better than chance, is taken at its word.
 */
export function estimateShare(
  verdicts: readonly Verdict[],
  confusion: (language: string) => ConfusionMatrix | undefined,
): EstimatedShare {
  let share = 0
  let variance = 0
  for (const [language, { texts, negatives }] of byLanguage(verdicts)) {
    const weight = texts / verdicts.length
    const part = correctedPart(texts, negatives, confusion(language))
    share += weight * part.share
    variance += weight * weight * part.variance
  }
  const distance = quantile * Math.sqrt(variance)
  return { share: within(share), low: within(share - distance), high: within(share + distance) }
}

function correctedPart(texts: number, negatives: number, matrix: ConfusionMatrix | undefined) {
  const judged = negatives / texts
  // As if two more of each had been judged (Agresti and Coull 1998): of ten negatives in ten nobody is wholly sure.
  const smoothed = (negatives + 2) / (texts + 4)
  const ofSample = (smoothed * (1 - smoothed)) / (texts + 4)
  if (!matrix || matrix.sensitivity <= matrix.falsePositiveRate) return { share: judged, variance: ofSample }
  const { sensitivity, falsePositiveRate } = matrix
  const [negativeTexts, ...otherTexts] = matrix.texts
  const power = sensitivity - falsePositiveRate
  const share = (judged - falsePositiveRate) / power
  const negative = within(share)
  const ofSensitivity = (sensitivity * (1 - sensitivity)) / negativeTexts
  const ofFalsePositives = (falsePositiveRate * (1 - falsePositiveRate)) / (otherTexts[0] + otherTexts[1])
  const measured = negative ** 2 * ofSensitivity + (1 - negative) ** 2 * ofFalsePositives
  return { share, variance: (ofSample + measured) / power ** 2 }
}

function byLanguage(verdicts: readonly Verdict[]): Map<string, { texts: number; negatives: number }> {
  const languages = new Map<string, { texts: number; negatives: number }>()
  for (const { language, isNegative } of verdicts) {
    const counts = languages.get(language) ?? { texts: 0, negatives: 0 }
    languages.set(language, counts)
    counts.texts += 1
    if (isNegative) counts.negatives += 1
  }
  return languages
}

function within(share: number): number {
  return Math.round(Math.min(1, Math.max(0, share)) * 10_000) / 10_000
}
