import type { Dataset } from './dataset.ts'
import { FIRST_SQUARE, RATIO_SHARE, RATIO_SMOOTHING } from './settings.ts'

/** Weights in the making; for each bucket three in a row: negative, neutral, positive. */
export interface Learner {
  readonly weights: Float32Array
  /** Adagrad's sums of squared gradients. */
  readonly squares: Float32Array
  readonly bias: Float32Array
  readonly biasSquares: Float32Array
  /** Scratch of `localBatch`, 0 between its calls: the column of each bucket, counted from 1. */
  readonly columnOf: Int32Array
}

/** The part of a dataset that is learned from. */
export type LearnedFrom = Pick<Dataset, 'features' | 'truth' | 'says'>

/** Begins with a share of the log-count ratio of each feature in the rows to learn from: naive Bayes as a first guess. */
export function createLearner(
  buckets: number,
  { features, truth, says }: LearnedFrom,
  rows: Int32Array,
): Learner {
  const weights = new Float32Array(buckets * 3)
  const totals = new Float32Array(buckets)
  for (const row of rows) {
    const found = features[row] as Int32Array
    const value = (says[row] as number) / Math.sqrt(Math.max(1, found.length))
    const label = truth[row] as number
    for (const bucket of found) {
      weights[bucket * 3 + label] = (weights[bucket * 3 + label] as number) + value
      totals[bucket] = (totals[bucket] as number) + value
    }
  }
  const sum = totals.reduce((all, total) => all + total, 0)
  for (let label = 0; label < 3; label++) {
    let inside = 0
    for (let bucket = 0; bucket < buckets; bucket++) inside += weights[bucket * 3 + label] as number
    const base = Math.log((inside + buckets * RATIO_SMOOTHING) / (sum - inside + buckets * RATIO_SMOOTHING))
    for (let bucket = 0; bucket < buckets; bucket++) {
      const count = weights[bucket * 3 + label] as number
      const total = totals[bucket] as number
      const ratio = Math.log((count + RATIO_SMOOTHING) / (total - count + RATIO_SMOOTHING)) - base
      weights[bucket * 3 + label] = total === 0 ? 0 : RATIO_SHARE * ratio
    }
  }
  return {
    weights,
    squares: new Float32Array(buckets * 3).fill(FIRST_SQUARE),
    bias: new Float32Array(3),
    biasSquares: new Float32Array(3).fill(FIRST_SQUARE),
    columnOf: new Int32Array(buckets),
  }
}

/** The part of a learner that some texts touch, as dense matrices row by row. */
export interface LocalBatch {
  texts: number
  columns: number
  /** texts x columns: 1 over the root of the text's number of features, or 0. */
  inputs: Float32Array
  /** texts x 3: 0 but for the truth, which has the weight of its label. */
  targets: Float32Array
  /** columns x 3. */
  weights: Float32Array
  squares: Float32Array
  /** Puts new weights and squares back into the learner. */
  store(weights: ArrayLike<number>, squares: ArrayLike<number>): void
}

/** Gathers what the rows touch. */
export function localBatch(
  learner: Learner,
  { features, truth, says }: LearnedFrom,
  rows: Int32Array,
  classWeights: readonly number[],
): LocalBatch {
  const { columnOf } = learner
  const touched: number[] = []
  for (const row of rows) {
    for (const bucket of features[row] as Int32Array) {
      if (columnOf[bucket] !== 0) continue
      touched.push(bucket)
      columnOf[bucket] = touched.length
    }
  }
  const columns = touched.length
  const inputs = new Float32Array(rows.length * columns)
  const targets = new Float32Array(rows.length * 3)
  rows.forEach((row, text) => {
    const found = features[row] as Int32Array
    const value = 1 / Math.sqrt(Math.max(1, found.length))
    for (const bucket of found) {
      const at = text * columns + (columnOf[bucket] as number) - 1
      inputs[at] = (inputs[at] as number) + value
    }
    const label = truth[row] as number
    targets[text * 3 + label] = (classWeights[label] as number) * (says[row] as number)
  })
  const weights = new Float32Array(columns * 3)
  const squares = new Float32Array(columns * 3)
  for (let column = 0; column < columns; column++) {
    const bucket = touched[column] as number
    columnOf[bucket] = 0
    for (let label = 0; label < 3; label++) {
      weights[column * 3 + label] = learner.weights[bucket * 3 + label] as number
      squares[column * 3 + label] = learner.squares[bucket * 3 + label] as number
    }
  }
  return {
    texts: rows.length,
    columns,
    inputs,
    targets,
    weights,
    squares,
    store(newWeights, newSquares) {
      for (let column = 0; column < columns; column++) {
        const bucket = touched[column] as number
        for (let label = 0; label < 3; label++) {
          learner.weights[bucket * 3 + label] = newWeights[column * 3 + label] as number
          learner.squares[bucket * 3 + label] = newSquares[column * 3 + label] as number
        }
      }
    },
  }
}

/** Weights that give each label the same say, 1 on average. */
export function classWeightsOf({ truth, says }: LearnedFrom, rows: Int32Array): number[] {
  const sums: [number, number, number] = [0, 0, 0]
  for (const row of rows) sums[truth[row] as 0 | 1 | 2] += says[row] as number
  const total = sums[0] + sums[1] + sums[2]
  return sums.map((sum) => total / 3 / Math.max(Number.EPSILON, sum))
}

/** Logits of some rows, row by row negative, neutral, positive: the same sums without TensorFlow.js. */
export function logitsOf(learner: Learner, features: readonly Int32Array[], rows: Int32Array): Float64Array {
  const logits = new Float64Array(rows.length * 3)
  rows.forEach((row, index) => {
    const found = features[row] as Int32Array
    const value = 1 / Math.sqrt(Math.max(1, found.length))
    for (let label = 0; label < 3; label++) {
      let sum = 0
      for (const bucket of found) sum += learner.weights[bucket * 3 + label] as number
      logits[index * 3 + label] = sum * value + (learner.bias[label] as number)
    }
  })
  return logits
}
