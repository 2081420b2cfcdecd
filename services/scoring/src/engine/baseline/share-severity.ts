import type { ThresholdsConfig } from '@nabiz/shared/contracts'
import type { WindowBuckets } from './baseline.ts'
import { estimateShare, type ShareSample } from './corrected-share.ts'
import { boundaryMultiple, mentionFloor, type WindowVerdict } from './severity.ts'
import type { ShareForecast } from './share-baseline.ts'

/** A window's mentions and what their share of negative is judged by. */
export interface ShareQuestion {
  forecast: ShareForecast
  /** Mentions of the window. */
  sample: ShareSample
  windowBuckets: WindowBuckets
  thresholds: ThresholdsConfig
}

/** As for counts, in shares; the counts are of mentions judged negative in the window, when all to come are. */
export interface ShareVerdict extends WindowVerdict {
  /** The corrected share itself; `value` is the bound it exceeds with 99.9 % confidence. */
  share: number
}

/**
 * Greatest boundary as a part of the way from the usual share to 1, so that a storm of nothing but negatives is within
 * reach however much a brand varies; the shorter windows, where one repeated text can be all there is, ask for more.
 */
const reachable = { 12: 0.6, 3: 0.75, 1: 0.9 } as const
/** Mentions in a short window below which a share says nothing, in multiples of the short windows' floor. */
const shortFloors = 2
/** Beyond this many more negatives nobody waits for the next one. */
const farthest = 1_000_000

/** Severity of the share of negative in one window: 1.0 pages, as everywhere; 0 while there are too few mentions. */
export function evaluateShare(question: ShareQuestion): ShareVerdict {
  const { forecast, sample, windowBuckets, thresholds } = question
  const { expected, sigma } = forecast
  const { share, lower } = estimateShare(sample)
  const boundary = boundaryOf(question)
  const severityWithoutFloors = forecast.phase === 'none' ? 0 : (lower - expected) / boundary
  const floor = shareFloor(forecast.ratePerHour, windowBuckets, thresholds)
  const countAtSeverity1 = negativesAt(question, boundary, floor, 1)
  return {
    value: lower,
    share,
    expected,
    sigma,
    z: (lower - expected) / sigma,
    boundary,
    countAtSeverity1,
    countAtSeverity2: negativesAt(question, boundary, floor, 2),
    valueAtSeverity1: Number.isFinite(countAtSeverity1) ? expected + boundary : countAtSeverity1,
    severity: sample.mentions >= floor ? Math.max(0, severityWithoutFloors) : 0,
    severityWithoutFloors,
  }
}

/** Least mentions in a window, negative or not, for their share to page. */
export function shareFloor(
  ratePerHour: number,
  windowBuckets: WindowBuckets,
  thresholds: ThresholdsConfig,
): number {
  const floor = mentionFloor(ratePerHour, windowBuckets, thresholds)
  return Math.max(floor, shortFloors * thresholds.floors.shortCount)
}

function boundaryOf({ forecast, windowBuckets, thresholds }: ShareQuestion): number {
  const wide = boundaryMultiple(thresholds, windowBuckets, forecast.phase) * forecast.sigma
  // A brand that is always wholly negative has no way left to go; the least boundary keeps the division sound.
  const most = Math.max(0.03, reachable[windowBuckets] * (1 - forecast.expected))
  return thresholds.sensitivity * Math.min(wide, most)
}

function negativesAt(question: ShareQuestion, boundary: number, floor: number, severity: number): number {
  const { forecast, sample } = question
  const wanted = forecast.expected + severity * boundary
  if (forecast.phase === 'none' || wanted > 1) return Number.POSITIVE_INFINITY
  let high = 1
  if (isReached(sample, 0, floor, wanted)) return sample.negatives
  while (!isReached(sample, high, floor, wanted)) {
    high *= 2
    if (high > farthest) return Number.POSITIVE_INFINITY
  }
  let low = high / 2
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (isReached(sample, middle, floor, wanted)) high = middle
    else low = middle
  }
  return sample.negatives + high
}

/** Whether so many more negatives are mentions enough, and a share of at least `wanted`. */
function isReached(sample: ShareSample, more: number, floor: number, wanted: number): boolean {
  return sample.mentions + more >= floor && estimateShare(withNegatives(sample, more)).lower >= wanted
}

/** The sample with `more` negatives in its own mix of languages; taken at their word where it is empty. */
function withNegatives(sample: ShareSample, more: number): ShareSample {
  const { mentions, negatives, corrected, inflated } = sample
  const power = mentions === 0 ? 1 : Math.sqrt(mentions / inflated)
  const falsePositiveRate = mentions === 0 ? 0 : (negatives - corrected * power) / mentions
  return {
    mentions: mentions + more,
    negatives: negatives + more,
    corrected: corrected + (more * (1 - falsePositiveRate)) / power,
    inflated: inflated + more / (power * power),
  }
}
