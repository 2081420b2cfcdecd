import { calibrationError, figuresOf } from '../../program/bench/sentiment/label-metrics.ts'
import { calibrate, chooseOffset, countsWith, type HeldOut, judgedBy } from './calibrate.ts'
import type { Checkpoint } from './checkpoint.ts'
import { type Dataset, NEVER } from './dataset.ts'
import { createRandom, runEpoch } from './fit.ts'
import { classWeightsOf, createLearner, type Learner, logitsOf } from './learner.ts'
import { quantise } from './quantise.ts'
import { FOLDS, type LanguageSettings } from './settings.ts'

export interface TrainOptions {
  bits: number
  seed: number
  settings: LanguageSettings
  checkpoint: Checkpoint
  /** Told how many rows an epoch has gone over. */
  progress(rows: number): void
  /** Told the mean weighted loss of each epoch of each run. */
  epochDone?(run: string, epoch: number, loss: number): void
}

/** Rows all runs of a language go over together, for a progress bar. */
export function rowsToGoOver(dataset: Dataset, { epochs }: LanguageSettings): number {
  const measured = dataset.folds.filter((fold) => fold !== NEVER).length
  return (dataset.truth.length * (FOLDS + 1) - measured) * epochs
}

/**
 * Cross-validates, calibrates on the held-out logits and trains on all rows. All figures are of held-out rows; offsets
 * and calibration are fitted on the same ones (five numbers, so what that flatters is little).
 */
export function trainLanguage(dataset: Dataset, options: TrainOptions) {
  const measured = dataset.folds.filter((fold) => fold !== NEVER).length
  const truth = dataset.truth.subarray(0, measured)
  const all = Int32Array.from(dataset.truth, (_, row) => row)
  const heldOut: HeldOut = {
    negative: new Float64Array(truth.length),
    positive: new Float64Array(truth.length),
    truth,
  }
  for (let held = 0; held < FOLDS; held++) {
    const rows = all.filter((row) => dataset.folds[row] !== held)
    const rest = all.filter((row) => dataset.folds[row] === held)
    const run = `${dataset.language}-fold-${held + 1}`
    const { logits } = trainRun(dataset, rows, rest, run, options.seed * 100 + held, options)
    rest.forEach((row, index) => {
      heldOut.negative[row] = (logits[index * 3] as number) - (logits[index * 3 + 1] as number)
      heldOut.positive[row] = (logits[index * 3 + 2] as number) - (logits[index * 3 + 1] as number)
    })
  }
  const last = trainRun(
    dataset,
    all,
    new Int32Array(0),
    `${dataset.language}-all`,
    options.seed * 100 + FOLDS,
    options,
  )
  const labelOffset = chooseOffset(heldOut, options.settings.objective)
  const calibration = calibrate(heldOut)
  const confusion = countsWith(heldOut, labelOffset)
  const { bias } = last.learner
  const neutral = bias[1] as number
  return {
    learner: last.learner,
    heldOut,
    figures: {
      ...figuresOf(confusion),
      calibrationError: calibrationError(judgedBy(heldOut, calibration)),
    },
    model: {
      language: dataset.language,
      ...quantise(last.learner),
      bias: { negative: (bias[0] as number) - neutral, positive: (bias[2] as number) - neutral },
      labelOffset,
      calibration,
      confusion,
    },
  }
}

function trainRun(
  dataset: Dataset,
  rows: Int32Array,
  held: Int32Array,
  run: string,
  seed: number,
  { bits, settings, checkpoint, progress, epochDone }: TrainOptions,
): { learner: Learner; logits: ArrayLike<number> } {
  const { state } = checkpoint
  const curve = state.curves[run] ?? []
  state.curves[run] = curve
  const learner = createLearner(2 ** bits, dataset, rows)
  if (curve.length > 0) checkpoint.load(run, learner)
  progress(curve.length * rows.length)
  const classWeights = classWeightsOf(dataset, rows)
  for (let epoch = curve.length + 1; epoch <= settings.epochs; epoch++) {
    // a seed for each epoch, so that a resumed run draws the same order
    const random = createRandom(seed * 1_000 + epoch)
    const loss = runEpoch(learner, dataset, rows, classWeights, random, progress)
    epochDone?.(run, epoch, loss)
    const logits = logitsOf(learner, dataset.features, held)
    curve.push({ epoch, loss, ...(held.length === 0 ? {} : figuresAt(dataset, held, logits)) })
    if (epoch === settings.epochs) state.logits[run] = [...logits]
    checkpoint.save(run, learner)
  }
  return { learner, logits: state.logits[run] ?? [] }
}

function figuresAt({ truth }: Dataset, held: Int32Array, logits: Float64Array) {
  const { macroRecall, macroF1 } = figuresOf(
    countsWith(
      {
        negative: Float64Array.from(
          held,
          (_, i) => (logits[i * 3] as number) - (logits[i * 3 + 1] as number),
        ),
        positive: Float64Array.from(
          held,
          (_, i) => (logits[i * 3 + 2] as number) - (logits[i * 3 + 1] as number),
        ),
        truth: Uint8Array.from(held, (row) => truth[row] as number),
      },
      { negative: 0, positive: 0 },
    ),
  )
  return { macroRecall, macroF1 }
}
