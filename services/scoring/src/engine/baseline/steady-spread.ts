import type { Spread, SteadyParts } from './baseline.ts'
import { missing } from './count-ring.ts'
import { rankedOf, regularOf } from './daily-maxima.ts'
import { cappedDeviation } from './deviation.ts'
import {
  bucketsPerDay,
  fadingBuckets,
  halfWidth,
  historyBuckets,
  leastResiduals,
  steadyBuckets,
} from './grid.ts'
import { chanceScale } from './severity.ts'

/** Rank among 14 days above which the greatest residual of a day counts no more than that: bursts are not the usual. */
const cappedRank = 2

/** Counts and what is asked of them. */
export interface SteadyQuestion {
  /** Count of a bucket; -1 when nobody saw it. */
  counts(index: number): number
  /** Slot of the local day of a bucket. */
  slot(index: number): number
  /** Buckets looked at: [first, last], at most 14 days. */
  first: number
  last: number
  parts: SteadyParts
  /** Buckets of so many are bursts. */
  loud: number
}

/**
 * How three times the least of adjacent buckets scatters about what 15 minutes should hold, in roots of that. A burst
 * fills one or two buckets; a steady rise fills them all. What is expected of a bucket is the mean of the others of its time
 * of day, so that no burst hides behind itself. Undefined while there is too little.
 */
export function steadySpread(question: SteadyQuestion): Spread | undefined {
  const { first, last, parts, loud } = question
  const length = last - first + 1
  if (length < leastResiduals) return undefined
  const counts = Float64Array.from({ length }, (_, at) => question.counts(first + at))
  const slots = Int16Array.from({ length }, (_, at) => question.slot(first + at))
  const expectedAt = expectationsOf(counts, slots)
  const greatest = new Array<number>(historyBuckets / bucketsPerDay).fill(Number.NEGATIVE_INFINITY)
  const residuals: number[] = []
  let lastLoud = Number.NEGATIVE_INFINITY
  for (let at = 0; at < length; at += 1) {
    if ((counts[at] ?? missing) >= loud) lastLoud = at
    if (at < parts - 1 || at - lastLoud < parts + fadingBuckets) continue
    let least = Number.POSITIVE_INFINITY
    for (let part = at - parts + 1; part <= at; part += 1) least = Math.min(least, counts[part] ?? missing)
    const expected = expectedAt(at)
    if (least === missing || expected === undefined) continue
    const residual = (steadyBuckets * least - expected) / chanceScale(expected, steadyBuckets)
    residuals.push(residual)
    const day = Math.floor((length - 1 - at) / bucketsPerDay)
    greatest[day] = Math.max(greatest[day] ?? 0, residual)
  }
  if (residuals.length < leastResiduals) return undefined
  const most = Math.max(0, rankedOf(greatest, cappedRank) ?? 0)
  return { deviation: cappedDeviation(residuals, most), regular: Math.max(0, regularOf(greatest) ?? 0) }
}

/** What the 15 minutes that end with a bucket should hold: the mean of 13 such windows around its time, of other days. */
function expectationsOf(counts: Float64Array, slots: Int16Array): (at: number) => number | undefined {
  const totals = new Float64Array(bucketsPerDay)
  const days = new Uint8Array(bucketsPerDay)
  for (const [at, slot] of slots.entries()) {
    const count = counts[at] ?? missing
    if (count === missing) continue
    totals[slot] = (totals[slot] ?? 0) + count
    days[slot] = (days[slot] ?? 0) + 1
  }
  return (at) => {
    let sum = 0
    let weights = 0
    for (let k = -halfWidth - steadyBuckets + 1; k <= halfWidth; k += 1) {
      const slot = ((slots[at] ?? 0) + k + bucketsPerDay) % bucketsPerDay
      const own = counts[at + k] ?? missing
      const isOwn = own !== missing && slots[at + k] === slot
      const others = (days[slot] ?? 0) - (isOwn ? 1 : 0)
      if (others === 0) continue
      const weight = Math.min(halfWidth, k + steadyBuckets - 1) - Math.max(-halfWidth, k) + 1
      sum += (weight * ((totals[slot] ?? 0) - (isOwn ? own : 0))) / others
      weights += weight
    }
    return weights === 0 ? undefined : (sum / weights) * steadyBuckets
  }
}
