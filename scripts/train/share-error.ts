import { sentimentLabels } from '@nabiz/shared/contracts'
import type { Judged } from '../../program/bench/sentiment/label-metrics.ts'
import {
  meanShareError,
  measureShare,
  ratesIn,
  type ShareError,
} from '../../program/bench/sentiment/share-error.ts'
import { labelOf, type Pair } from '../../services/scoring/src/sentiment/model/linear-model.ts'
import type { HeldOut } from './calibrate.ts'
import type { Random } from './fit.ts'
import { FOLDS } from './settings.ts'

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
  const judged = Array.from(heldOut.truth, (truth, row): Judged => {
    const negative = (heldOut.negative[row] as number) + labelOffset.negative
    const positive = (heldOut.positive[row] as number) + labelOffset.positive
    const label = labelOf(negative, positive)
    return { truth: sentimentLabels[truth] ?? 'neutral', label, confidence: undefined, language: 'und' }
  })
  const parts = Array.from({ length: FOLDS }, (_, fold) => {
    const own = judged.filter((_, row) => folds[row] === fold)
    const rates = ratesIn(judged.filter((_, row) => folds[row] !== fold))
    return {
      raw: measureShare(own, () => undefined, random),
      corrected: measureShare(own, () => rates, random),
    }
  })
  return {
    raw: meanShareError(parts.map(({ raw }) => raw)),
    corrected: meanShareError(parts.map(({ corrected }) => corrected)),
  }
}
