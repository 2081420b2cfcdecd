import { type SentimentLabel, sentimentLabels } from '@nabiz/shared/contracts'

/** What was said of one text whose label people had set. */
export interface Judged {
  truth: SentimentLabel
  label: SentimentLabel
  /** How likely the label is right, 0..1; undefined where the engine does not say. */
  confidence: number | undefined
  /** Language the engine took it for; chooses the matrix its share is corrected with. */
  language: string
}

/** Counts with row = truth and column = prediction, in the order negative, neutral, positive. */
export type LabelCounts = readonly (readonly number[])[]

/** What counts alone tell. */
export interface LabelFigures {
  accuracy: number
  /** Mean over the labels that occur. */
  macroRecall: number
  /** Mean over the labels that occur. */
  macroF1: number
  /** P(judged negative | negative). */
  negativeRecall: number
  /** P(judged negative | not negative). */
  falsePositiveRate: number
}

export interface LabelMetrics extends LabelFigures {
  texts: number
  counts: LabelCounts
  /** Expected calibration error over ten bins of equal width; undefined without confidences. */
  calibrationError: number | undefined
}

export function countLabels(judged: readonly Judged[]): LabelCounts {
  const counts = sentimentLabels.map(() => sentimentLabels.map(() => 0))
  for (const { truth, label } of judged) {
    const row = counts[sentimentLabels.indexOf(truth)] as number[]
    const column = sentimentLabels.indexOf(label)
    row[column] = (row[column] ?? 0) + 1
  }
  return counts
}

export function measureLabels(judged: readonly Judged[]): LabelMetrics {
  const counts = countLabels(judged)
  return {
    texts: judged.length,
    counts,
    ...figuresOf(counts),
    calibrationError: calibrationError(judged),
  }
}

export function figuresOf(counts: LabelCounts): LabelFigures {
  const occurring = sentimentLabels.flatMap((_, at) => {
    const hits = counts[at]?.[at] ?? 0
    const truths = sum(counts[at] ?? [])
    const predictions = sum(counts.map((row) => row[at] ?? 0))
    // 2 hits / (truths + predictions) is F1, the harmonic mean of recall and precision.
    return truths === 0 ? [] : [{ hits, recall: hits / truths, f1: (2 * hits) / (truths + predictions) }]
  })
  const [negative = [], ...others] = counts
  return {
    accuracy: sum(occurring.map(({ hits }) => hits)) / sum(counts.map(sum)),
    macroRecall: mean(occurring.map(({ recall }) => recall)),
    macroF1: mean(occurring.map(({ f1 }) => f1)),
    negativeRecall: (negative[0] ?? 0) / sum(negative),
    falsePositiveRate: sum(others.map((row) => row[0] ?? 0)) / sum(others.map(sum)),
  }
}

const bins = 10

/** Mean distance between confidence and share of right labels, over bins of confidence weighed by their texts. */
export function calibrationError(judged: readonly Judged[]): number | undefined {
  const said = Array.from({ length: bins }, () => 0)
  const right = Array.from({ length: bins }, () => 0)
  for (const { truth, label, confidence } of judged) {
    if (confidence === undefined) return undefined
    const bin = Math.min(bins - 1, Math.floor(confidence * bins))
    said[bin] = (said[bin] ?? 0) + confidence
    if (truth === label) right[bin] = (right[bin] ?? 0) + 1
  }
  return sum(said.map((confidence, bin) => Math.abs(confidence - (right[bin] ?? 0)))) / judged.length
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length
}
