import type { SentimentLabel } from '@nabiz/shared/contracts'
import type { ServedLanguage } from '../languages.ts'
import type { Features } from './features.ts'

/** One of neutral's logits is 0 by definition; what is learned are the other two, relative to it. */
export interface Pair {
  readonly negative: number
  readonly positive: number
}

/** The trained model of one language. */
export interface LanguageModel {
  readonly language: ServedLanguage
  /** For each bucket two 16-bit whole numbers: negative in the high half, positive in the low one. */
  readonly weights: Int32Array
  /** What a weight of 1 stands for. */
  readonly scale: number
  readonly bias: Pair
  /** Added to the logits before the greatest of them names the label. */
  readonly labelOffset: Pair
  /** Probabilities are the softmax of logit / temperature + bias. */
  readonly calibration: { readonly temperature: number; readonly bias: Pair }
}

/** What a model says of one text; the object is filled again by the next call. */
export interface Judgement {
  label: SentimentLabel
  /** Calibrated probabilities, summing to 1. */
  negative: number
  neutral: number
  positive: number
  /** Raw logits relative to neutral. */
  negativeLogit: number
  positiveLogit: number
}

/** Makes the function that judges a text by its features: one look-up and two additions for each of them. */
export function createJudge(model: LanguageModel): (features: Features) => Judgement {
  const { weights, scale, bias, labelOffset, calibration } = model
  const { temperature } = calibration
  const judgement: Judgement = {
    label: 'neutral',
    negative: 0,
    neutral: 1,
    positive: 0,
    negativeLogit: 0,
    positiveLogit: 0,
  }
  return function judge({ buckets, count }) {
    let negativeSum = 0
    let positiveSum = 0
    for (let i = 0; i < count; i++) {
      const pair = weights[buckets[i] as number] as number
      negativeSum += pair >> 16
      positiveSum += (pair << 16) >> 16
    }
    const norm = count === 0 ? 0 : scale / Math.sqrt(count)
    const negativeLogit = negativeSum * norm + bias.negative
    const positiveLogit = positiveSum * norm + bias.positive
    const negative = Math.exp(negativeLogit / temperature + calibration.bias.negative)
    const positive = Math.exp(positiveLogit / temperature + calibration.bias.positive)
    const total = 1 + negative + positive
    judgement.negativeLogit = negativeLogit
    judgement.positiveLogit = positiveLogit
    judgement.negative = negative / total
    judgement.neutral = 1 / total
    judgement.positive = positive / total
    judgement.label = labelOf(negativeLogit + labelOffset.negative, positiveLogit + labelOffset.positive)
    return judgement
  }
}

/** The label of the greatest logit; a tie is neutral, then negative. */
export function labelOf(negative: number, positive: number): SentimentLabel {
  if (negative > 0 && negative >= positive) return 'negative'
  return positive > 0 ? 'positive' : 'neutral'
}
