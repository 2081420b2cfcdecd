import type { SentimentLabel } from '@nabiz/shared/contracts'

/** What an engine thinks of one text. */
export interface SentimentResult {
  label: SentimentLabel
  /** From -1 (worst) to 1 (best). */
  score: number
  /** From 0 (nothing to go by) to 1. */
  confidence: number
  /** BCP 47 primary subtag, `und` if unknown. */
  language: string
  /** The engine's id, version included. */
  engine: string
}

/** The port behind which every sentiment model stands: pure, synchronous, and safe with any string. */
export interface SentimentEngine {
  /** Name and version, e.g. `lexicon@1`; a change of figures is a change of id. */
  readonly id: string
  /** Judges a text; the hint is the platform's word on its language and may be wrong. */
  score(text: string, languageHint?: string): SentimentResult
  /** Measured errors for a language, or undefined where nothing was measured: leave the share uncorrected. */
  confusion(language: string): ConfusionMatrix | undefined
}

/** How often each label was given to texts whose label people had set. */
export interface ConfusionMatrix {
  /** Row = truth, column = prediction, both in the order negative, neutral, positive; every row sums to 1. */
  readonly rates: readonly [ConfusionRow, ConfusionRow, ConfusionRow]
  /** Texts behind each row, same order. */
  readonly texts: ConfusionRow
  /** P(predicted negative | truly negative). */
  readonly sensitivity: number
  /** P(predicted negative | truly not negative), neutral and positive weighted by their number of texts. */
  readonly falsePositiveRate: number
}

export type ConfusionRow = readonly [negative: number, neutral: number, positive: number]

/** Normalises counts (row = truth, column = prediction; negative, neutral, positive) to a confusion matrix; a row without texts is a RangeError. */
export function confusionFrom(counts: readonly [ConfusionRow, ConfusionRow, ConfusionRow]): ConfusionMatrix {
  const sums = counts.map(([negative, neutral, positive]) => negative + neutral + positive)
  const [negatives = 0, neutrals = 0, positives = 0] = sums
  if (Math.min(negatives, neutrals, positives) <= 0) {
    throw new RangeError(
      `confusion matrix: rows have ${sums.join(', ')} texts; every truth needs at least one`,
    )
  }
  const share = (row: ConfusionRow, sum: number): ConfusionRow => [row[0] / sum, row[1] / sum, row[2] / sum]
  return {
    rates: [share(counts[0], negatives), share(counts[1], neutrals), share(counts[2], positives)],
    texts: [negatives, neutrals, positives],
    sensitivity: counts[0][0] / negatives,
    falsePositiveRate: (counts[1][0] + counts[2][0]) / (neutrals + positives),
  }
}
