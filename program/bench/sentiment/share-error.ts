import { estimateShare, type LanguagePart, sampleOf, usableRates } from '@nabiz/scoring/engine'
import type { Judged } from './label-metrics.ts'

/** P(judged negative | negative) and P(judged negative | not negative). */
export type Rates = Pick<LanguagePart, 'sensitivity' | 'falsePositiveRate'>

/** Errors of the share of negative over samples, as shares: 0.01 is a point. */
export interface ShareError {
  /** Mean of estimate less truth. */
  bias: number
  /** Mean of its distance. */
  absolute: number
  /** Share of the samples whose lower bound, by which scoring alarms, lies above the truth; 0.001 by design. */
  exceeded: number
}

const sampleSize = 200
const samples = 1_000
/** Errors in the rates make the bias a line over the true share, so it is told over the shares that brands have. */
export const trueShares = [0.05, 0.1, 0.2, 0.4, 0.6] as const

/**
 * How far the corrected share of negative lies from the truth in samples of 200 texts, drawn with replacement: from all
 * texts, or with exactly `trueShare` of them from the negative ones. `ratesOf`: what corrects a language; undefined takes
 * its judgements at their word, as scoring does.
 */
export function measureShare(
  judged: readonly Judged[],
  ratesOf: (language: string) => Rates | undefined,
  random: () => number,
  trueShare?: number,
): ShareError {
  const draw = (from: readonly Judged[], count: number) =>
    Array.from({ length: count }, () => from[Math.floor(random() * from.length)] as Judged)
  const negatives = judged.filter(isNegative)
  const others = judged.filter((one) => !isNegative(one))
  const error: ShareError = { bias: 0, absolute: 0, exceeded: 0 }
  for (let sample = 0; sample < samples; sample++) {
    const wanted = Math.round((trueShare ?? 0) * sampleSize)
    const drawn =
      trueShare === undefined
        ? draw(judged, sampleSize)
        : [...draw(negatives, wanted), ...draw(others, sampleSize - wanted)]
    const truth = drawn.filter(isNegative).length / sampleSize
    const { share, lower } = estimateShare(sampleOf(partsOf(drawn, ratesOf)))
    error.bias += (share - truth) / samples
    error.absolute += Math.abs(share - truth) / samples
    if (lower > truth) error.exceeded += 1 / samples
  }
  return error
}

function isNegative({ truth }: Judged): boolean {
  return truth === 'negative'
}

function partsOf(
  judged: readonly Judged[],
  ratesOf: (language: string) => Rates | undefined,
): LanguagePart[] {
  const parts = new Map<string, LanguagePart>()
  for (const { language, label } of judged) {
    const part = parts.get(language) ?? { mentions: 0, negatives: 0, ...usableRates(ratesOf(language)) }
    part.mentions += 1
    if (label === 'negative') part.negatives += 1
    parts.set(language, part)
  }
  return [...parts.values()]
}

/** Means of the errors over parts of equal say. */
export function meanShareError(errors: readonly ShareError[]): ShareError {
  const mean = (field: keyof ShareError) =>
    errors.reduce((total, error) => total + error[field], 0) / errors.length
  return { bias: mean('bias'), absolute: mean('absolute'), exceeded: mean('exceeded') }
}

/**
 * The same for an engine without measured rates: those of every second text correct the others, and the other way round.
 * It is the better off for it: its rates are of the very file.
 */
export function measureShareInHalves(judged: readonly Judged[], random: () => number): ShareError {
  const halves = [0, 1].map((parity) => judged.filter((_, index) => index % 2 === parity))
  return meanShareError(
    halves.map((half, at) => {
      const rates = ratesIn(halves[1 - at] ?? [])
      return measureShare(half, () => rates, random)
    }),
  )
}

/** The rates of texts whose truth is known; 0 where there is no text to count. */
export function ratesIn(judged: readonly Judged[]): Rates {
  const share = (of: readonly Judged[]) =>
    of.filter(({ label }) => label === 'negative').length / Math.max(1, of.length)
  return {
    sensitivity: share(judged.filter(isNegative)),
    falsePositiveRate: share(judged.filter((one) => !isNegative(one))),
  }
}
