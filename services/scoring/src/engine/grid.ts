import type { WindowMinutes } from '@nabiz/shared/contracts'
import type { WindowBuckets } from './baseline/baseline.ts'

export const minuteMs = 60_000
export const hourMs = 3_600_000
export const dayMs = 86_400_000
/** Minutes of a bucket of the baseline. */
export const bucketMinutes = 5
/** Minutes for which a brand's minute cells are kept: a day of late mentions and the longest window before it. */
export const keptMinutes = 26 * 60
/** Mentions written longer ago than this fill the baseline only. */
export const lateLimitMs = dayMs
/** Mentions written longer ago than this are dropped: the baseline has forgotten that day. */
export const oldestMs = 14 * dayMs

/** The windows, longest first; sums, verdicts and limits are kept in this order. */
export const windows: readonly { minutes: WindowMinutes; buckets: WindowBuckets }[] = [
  { minutes: 60, buckets: 12 },
  { minutes: 15, buckets: 3 },
  { minutes: 5, buckets: 1 },
]

/** The 5-minute bucket a minute belongs to. */
export function bucketOf(minute: number): number {
  return Math.floor(minute / bucketMinutes)
}
