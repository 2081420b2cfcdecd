import { labelOf, type Pair } from '../../services/scoring/src/sentiment/model/linear-model.ts'
import { type Counts, countsWith, type HeldOut } from './calibrate.ts'
import type { Random } from './fit.ts'
import { FOLDS } from './settings.ts'

const SAMPLE = 200
const SAMPLES_A_FOLD = 400

export interface ShareError {
  /** Mean of estimate - truth, in shares: what is left when chance is averaged away. */
  bias: number
  /** Mean size of one sample's error, chance included. */
  spread: number
}

/**
 * How far the negative share of 200 texts lies from the truth, uncorrected and corrected: the texts are drawn from
 * one fold, the rates that correct them counted on the others, all of them held out when they were judged.
 */
export function shareError(
  heldOut: HeldOut,
  folds: Uint8Array,
  labelOffset: Pair,
  random: Random,
): { raw: ShareError; corrected: ShareError } {
  const raw = { bias: 0, spread: 0 }
  const corrected = { bias: 0, spread: 0 }
  for (let fold = 0; fold < FOLDS; fold++) {
    const { sensitivity, falsePositiveRate } = ratesOf(
      countsWith(
        part(heldOut, (row) => folds[row] !== fold),
        labelOffset,
      ),
    )
    const own = part(heldOut, (row) => folds[row] === fold)
    for (let i = 0; i < SAMPLES_A_FOLD; i++) {
      let truly = 0
      let judged = 0
      for (let text = 0; text < SAMPLE; text++) {
        const row = Math.floor(random() * own.truth.length)
        const low = (own.negative[row] as number) + labelOffset.negative
        const high = (own.positive[row] as number) + labelOffset.positive
        if (own.truth[row] === 0) truly++
        if (labelOf(low, high) === 'negative') judged++
      }
      const observed = judged / SAMPLE
      const estimate = (observed - falsePositiveRate) / (sensitivity - falsePositiveRate)
      note(raw, observed - truly / SAMPLE)
      note(corrected, Math.min(1, Math.max(0, estimate)) - truly / SAMPLE)
    }
  }
  return { raw, corrected }
}

function note(sum: ShareError, error: number): void {
  sum.bias += error / (FOLDS * SAMPLES_A_FOLD)
  sum.spread += Math.abs(error) / (FOLDS * SAMPLES_A_FOLD)
}

function ratesOf([negative, neutral, positive]: Counts) {
  const sum = (row: readonly number[]) => row.reduce((total, count) => total + count, 0)
  return {
    sensitivity: negative[0] / Math.max(1, sum(negative)),
    falsePositiveRate: (neutral[0] + positive[0]) / Math.max(1, sum(neutral) + sum(positive)),
  }
}

function part({ negative, positive, truth }: HeldOut, wanted: (row: number) => boolean): HeldOut {
  const of = (_: unknown, row: number) => wanted(row)
  return { negative: negative.filter(of), positive: positive.filter(of), truth: truth.filter(of) }
}
