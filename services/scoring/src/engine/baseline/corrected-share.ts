/** Mentions of one language and how often its sentiment engine is right; 1 and 0 where nothing was measured. */
export interface LanguagePart {
  mentions: number
  /** Those judged negative. */
  negatives: number
  /** P(judged negative | negative). */
  sensitivity: number
  /** P(judged negative | not negative); one minus the specificity. */
  falsePositiveRate: number
}

/** What the share of negative is estimated from; samples of disjoint mentions add up field by field. */
export interface ShareSample {
  mentions: number
  /** Judged negative. */
  negatives: number
  /** Estimate of the truly negative; below 0 or above `mentions` by chance. */
  corrected: number
  /** Sum of 1 / (sensitivity - false positive rate)^2: by how much the correction widens the uncertainty. */
  inflated: number
}

/** The share of negative and the bound it exceeds with 99.9 % confidence, both 0..1; 0 without mentions. */
export interface ShareEstimate {
  share: number
  lower: number
}

/**
 * One-sided 99.9 % quantile of the normal distribution. Windows are judged thousands of times a week: at 95 % mentions
 * drawn from an even share page 0.8 times a brand-week, at 99.9 % 0.02 times.
 */
const quantile = 3.09

/** No mentions. */
export const emptySample: ShareSample = { mentions: 0, negatives: 0, corrected: 0, inflated: 0 }

/**
 * Corrects counts for the engine's measured errors, language by language (Rogan and Gladen 1978, Estimating prevalence
 * from the results of a screening test): (share - false positive rate) / (sensitivity - false positive rate).
 */
export function sampleOf(parts: readonly LanguagePart[]): ShareSample {
  const sample = { ...emptySample }
  for (const { mentions, negatives, sensitivity, falsePositiveRate } of parts) {
    const power = sensitivity - falsePositiveRate
    if (!(power > 0 && sensitivity <= 1 && falsePositiveRate >= 0)) {
      throw new RangeError(
        `confusion: found sensitivity ${sensitivity} and false positive rate ${falsePositiveRate}, ` +
          'expected 0 <= false positive rate < sensitivity <= 1',
      )
    }
    sample.mentions += mentions
    sample.negatives += negatives
    sample.corrected += (negatives - mentions * falsePositiveRate) / power
    sample.inflated += mentions / (power * power)
  }
  return sample
}

const atTheirWord = { sensitivity: 1, falsePositiveRate: 0 }

/** Rates no better than chance correct nothing: such a language's judgements are taken at their word. */
export function usableRates(
  rates: Pick<LanguagePart, 'sensitivity' | 'falsePositiveRate'> | undefined,
): Pick<LanguagePart, 'sensitivity' | 'falsePositiveRate'> {
  return rates !== undefined && rates.sensitivity > rates.falsePositiveRate ? rates : atTheirWord
}

/** `a` and `b` together. */
export function addSamples(a: ShareSample, b: ShareSample): ShareSample {
  return {
    mentions: a.mentions + b.mentions,
    negatives: a.negatives + b.negatives,
    corrected: a.corrected + b.corrected,
    inflated: a.inflated + b.inflated,
  }
}

/**
 * The corrected share, less the distance from the judged share to its Wilson bound, widened as the correction widens it.
 * For one language this is the correction applied to the bound itself. The error of the measured rates is not in it.
 */
export function estimateShare(sample: ShareSample): ShareEstimate {
  const { mentions, negatives, corrected, inflated } = sample
  if (mentions <= 0) return { share: 0, lower: 0 }
  const share = corrected / mentions
  const distance = negatives / mentions - wilsonLower(negatives, mentions)
  const lower = share - distance * Math.sqrt(inflated / mentions)
  return { share: clamp(share), lower: clamp(lower) }
}

/** Lower bound of a share at one-sided 99.9 % (Wilson 1927, Probable inference, the law of succession). */
export function wilsonLower(hits: number, trials: number): number {
  if (trials <= 0 || hits <= 0) return 0
  const share = hits / trials
  const square = (quantile * quantile) / trials
  const spread = quantile * Math.sqrt(Math.max(0, share * (1 - share)) / trials + square / (4 * trials))
  return Math.max(0, (share + square / 2 - spread) / (1 + square))
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share))
}
