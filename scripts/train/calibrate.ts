import { sentimentLabels } from '@nabiz/shared/contracts'
import { figuresOf, type Judged } from '../../program/bench/sentiment/label-metrics.ts'
import { labelOf, type Pair } from '../../services/scoring/src/sentiment/model/linear-model.ts'

/** Row = truth, column = prediction, both negative, neutral, positive. */
export type CountRow = [number, number, number]
export type Counts = [CountRow, CountRow, CountRow]

/** Held-out logits relative to neutral, with the truth (0 negative, 1 neutral, 2 positive). */
export interface HeldOut {
  negative: Float64Array
  positive: Float64Array
  truth: Uint8Array
}

export interface Calibration {
  temperature: number
  bias: Pair
}

const WIDEST_OFFSET = 0.6
const OFFSETS_A_UNIT = 10

/** Counts labels when `offset` is added to the logits. */
export function countsWith({ negative, positive, truth }: HeldOut, offset: Pair): Counts {
  const counts: Counts = [
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ]
  for (let i = 0; i < truth.length; i++) {
    const label = labelOf(
      (negative[i] as number) + offset.negative,
      (positive[i] as number) + offset.positive,
    )
    const row = counts[truth[i] as number] as CountRow
    row[sentimentLabels.indexOf(label) as 0 | 1 | 2] += 1
  }
  return counts
}

/** Chooses the labels' offset on a grid; the smallest change wins a tie. */
export function chooseOffset(heldOut: HeldOut, objective: 'recall' | 'f1'): Pair {
  let best = { offset: { negative: 0, positive: 0 }, reached: -1, size: 0 }
  const steps = Math.round(WIDEST_OFFSET * OFFSETS_A_UNIT)
  for (let i = -steps; i <= steps; i++) {
    for (let j = -steps; j <= steps; j++) {
      const offset = { negative: i / OFFSETS_A_UNIT, positive: j / OFFSETS_A_UNIT }
      const figures = figuresOf(countsWith(heldOut, offset))
      const reached = objective === 'f1' ? figures.macroF1 : figures.macroRecall
      const size = Math.abs(i) + Math.abs(j)
      if (reached > best.reached || (reached === best.reached && size < best.size)) {
        best = { offset, reached, size }
      }
    }
  }
  return best.offset
}

/** Temperature and bias with the least cross-entropy on held-out texts, by descent along one of the three at a time. */
export function calibrate(heldOut: HeldOut): Calibration {
  let values: [number, number, number] = [1, 0, 0]
  let best = crossEntropy(heldOut, values)
  for (let step = 0.4; step > 0.002; ) {
    let improved = false
    for (let axis = 0; axis < 3; axis++) {
      for (const direction of [step, -step]) {
        const next: [number, number, number] = [...values]
        next[axis] = (next[axis] as number) + direction
        if (next[0] <= 0.05) continue
        const reached = crossEntropy(heldOut, next)
        if (reached < best) {
          best = reached
          values = next
          improved = true
        }
      }
    }
    if (!improved) step /= 2
  }
  return { temperature: values[0], bias: { negative: values[1], positive: values[2] } }
}

/** The label that is likeliest by the calibration, and how likely, beside the truth. */
export function judgedBy(heldOut: HeldOut, { temperature, bias }: Calibration): Judged[] {
  return Array.from(heldOut.truth, (truth, row) => {
    const exponents = [
      Math.exp((heldOut.negative[row] as number) / temperature + bias.negative),
      1,
      Math.exp((heldOut.positive[row] as number) / temperature + bias.positive),
    ]
    const total = exponents.reduce((sum, value) => sum + value, 0)
    const greatest = Math.max(...exponents)
    return {
      truth: sentimentLabels[truth] ?? 'neutral',
      label: sentimentLabels[exponents.indexOf(greatest)] ?? 'neutral',
      confidence: greatest / total,
      language: 'und',
    }
  })
}

function crossEntropy(
  { negative, positive, truth }: HeldOut,
  [temperature, low, high]: readonly [number, number, number],
): number {
  let sum = 0
  for (let i = 0; i < truth.length; i++) {
    const below = (negative[i] as number) / temperature + low
    const above = (positive[i] as number) / temperature + high
    const greatest = Math.max(below, 0, above)
    const total = Math.exp(below - greatest) + Math.exp(-greatest) + Math.exp(above - greatest)
    const own = truth[i] === 0 ? below : truth[i] === 1 ? 0 : above
    sum += Math.log(total) + greatest - own
  }
  return sum / Math.max(1, truth.length)
}
