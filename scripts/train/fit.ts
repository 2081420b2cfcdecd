import * as tf from '@tensorflow/tfjs-core'
import { type LearnedFrom, type Learner, type LocalBatch, localBatch } from './learner.ts'
import { BATCH, LEARNING_RATE } from './settings.ts'

/** A number in [0, 1). */
export type Random = () => number

/** Mulberry32 (Tommy Ettinger), seeded. */
export function createRandom(seed: number): Random {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

/**
 * Goes once over the rows in an order drawn from `random` and changes the learner; returns the mean weighted loss.
 *
 * The buckets of one batch become the columns of a small dense matrix, so that TensorFlow.js, which knows no sparse
 * gradient, updates a few thousand weights a step and not all of them.
 */
export function runEpoch(
  learner: Learner,
  dataset: LearnedFrom,
  rows: Int32Array,
  classWeights: readonly number[],
  random: Random,
  progress: (rows: number) => void,
): number {
  const order = shuffle(rows, random)
  let loss = 0
  for (let from = 0; from < order.length; from += BATCH) {
    const batch = order.subarray(from, from + BATCH)
    loss += step(learner, localBatch(learner, dataset, batch, classWeights))
    progress(batch.length)
  }
  return loss / Math.max(1, order.length)
}

/** One step of Adagrad on the weights a batch touches; returns the sum of the weighted losses before it. */
function step(learner: Learner, batch: LocalBatch): number {
  const { texts, columns } = batch
  return tf.tidy(() => {
    const inputs = tf.tensor2d(batch.inputs, [texts, columns])
    const targets = tf.tensor2d(batch.targets, [texts, 3])
    const weights = tf.tensor2d(batch.weights, [columns, 3])
    const bias = tf.tensor1d(learner.bias)
    const logProbabilities = tf.logSoftmax(tf.add(tf.matMul(inputs, weights), bias))
    // the gradient of the cross-entropy by its logits; tfjs-core alone has no gradients of its operations
    const error = tf.sub(tf.mul(tf.exp(logProbabilities), tf.sum(targets, 1, true)), targets)
    const weightGradient = tf.matMul(inputs, error as tf.Tensor2D, true)
    const biasGradient = tf.sum(error, 0)
    const squares = tf.add(tf.tensor2d(batch.squares, [columns, 3]), tf.square(weightGradient))
    const biasSquares = tf.add(tf.tensor1d(learner.biasSquares), tf.square(biasGradient))
    const moved = (from: tf.Tensor, gradient: tf.Tensor, sum: tf.Tensor) =>
      tf.sub(from, tf.mul(tf.div(gradient, tf.sqrt(sum)), LEARNING_RATE)).dataSync()
    batch.store(moved(weights, weightGradient, squares), squares.dataSync())
    learner.bias.set(moved(bias, biasGradient, biasSquares))
    learner.biasSquares.set(biasSquares.dataSync())
    return -(tf.sum(tf.mul(targets, logProbabilities)).dataSync()[0] ?? Number.NaN)
  })
}

/** Logits of some rows as TensorFlow.js gives them, row by row negative, neutral, positive. */
export function logitsByTensorFlow(learner: Learner, dataset: LearnedFrom, rows: Int32Array): Float32Array {
  const batch = localBatch(learner, dataset, rows, [1, 1, 1])
  return tf.tidy(() =>
    tf
      .add(
        tf.matMul(
          tf.tensor2d(batch.inputs, [batch.texts, batch.columns]),
          tf.tensor2d(batch.weights, [batch.columns, 3]),
        ),
        tf.tensor1d(learner.bias),
      )
      .dataSync(),
  ) as Float32Array
}

function shuffle(rows: Int32Array, random: Random): Int32Array {
  const order = rows.slice()
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const kept = order[i] as number
    order[i] = order[j] as number
    order[j] = kept
  }
  return order
}
