import type { Judged } from './label-metrics.ts'

/** P(judged negative | negative) and P(judged negative | not negative). */
export interface Rates {
  sensitivity: number
  falsePositiveRate: number
}

/** Errors of the share of negative over samples, as shares: 0.01 is a point. */
export interface ShareError {
  /** Mean of estimate less truth. */
  bias: number
  /** Mean of its distance. */
  absolute: number
}

const sampleSize = 200
const samples = 1_000

/**
 * How far the corrected share of negative lies from the truth in samples of 200 texts, drawn without replacement within a
 * sample. `ratesOf`: what corrects a language; undefined takes its judgements at their word, as scoring does.
 */
export function measureShare(
  judged: readonly Judged[],
  ratesOf: (language: string) => Rates | undefined,
  random: () => number,
): ShareError {
  const order = judged.map((_, index) => index)
  const size = Math.min(sampleSize, judged.length)
  let bias = 0
  let absolute = 0
  for (let sample = 0; sample < samples; sample++) {
    const drawn: Judged[] = []
    for (let at = 0; at < size; at++) {
      const other = at + Math.floor(random() * (order.length - at))
      const index = order[other] ?? 0
      order[other] = order[at] ?? 0
      order[at] = index
      drawn.push(judged[index] as Judged)
    }
    const truth = drawn.filter((one) => one.truth === 'negative').length / size
    const error = correctedShare(drawn, ratesOf) - truth
    bias += error / samples
    absolute += Math.abs(error) / samples
  }
  return { bias, absolute }
}

/** The share as scoring corrects it (Rogan and Gladen 1978), language by language. */
function correctedShare(judged: readonly Judged[], ratesOf: (language: string) => Rates | undefined): number {
  const parts = new Map<string, { mentions: number; negatives: number }>()
  for (const { language, label } of judged) {
    const part = parts.get(language) ?? { mentions: 0, negatives: 0 }
    part.mentions += 1
    if (label === 'negative') part.negatives += 1
    parts.set(language, part)
  }
  let corrected = 0
  for (const [language, { mentions, negatives }] of parts) {
    const rates = ratesOf(language)
    const power = rates === undefined ? 0 : rates.sensitivity - rates.falsePositiveRate
    corrected +=
      rates !== undefined && power > 0 ? (negatives - mentions * rates.falsePositiveRate) / power : negatives
  }
  return Math.min(1, Math.max(0, corrected / judged.length))
}

/**
 * The same for an engine without measured rates: those of every second text correct the others, and the other way round.
 * It is the better off for it: its rates are of the very file.
 */
export function measureShareInHalves(judged: readonly Judged[], random: () => number): ShareError {
  const halves = [0, 1].map((parity) => judged.filter((_, index) => index % 2 === parity))
  const errors = halves.map((half, at) => {
    const rates = ratesIn(halves[1 - at] ?? [])
    return measureShare(half, () => rates, random)
  })
  const mean = (field: keyof ShareError) =>
    errors.reduce((total, error) => total + error[field], 0) / errors.length
  return { bias: mean('bias'), absolute: mean('absolute') }
}

function ratesIn(judged: readonly Judged[]): Rates {
  const share = (isNegative: boolean) => {
    const truly = judged.filter(({ truth }) => (truth === 'negative') === isNegative)
    return truly.filter(({ label }) => label === 'negative').length / Math.max(1, truly.length)
  }
  return { sensitivity: share(true), falsePositiveRate: share(false) }
}
