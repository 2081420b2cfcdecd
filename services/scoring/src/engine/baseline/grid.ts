/** 5-minute buckets in a day. */
export const bucketsPerDay = 288
/** Buckets of history behind an expected value and a deviation: 14 days. */
export const historyBuckets = 14 * bucketsPerDay
/** The last hour is never in a deviation or a daily maximum, so that a storm does not hide itself. */
export const lagBuckets = 12
/** Half width of the neighbourhood of a time of day: 30 minutes. */
export const halfWidth = 6
/** Buckets whose counts are held: the history, the longest look back from its far end, rounded up to a power of two. */
export const ringCapacity = 4_096
/** Buckets whose residuals are held: the oldest is the one that leaves the deviations next. */
export const residualCapacity = historyBuckets + lagBuckets
/**
 * Residuals behind what is worked out of them once an hour: as many as are held at the end of an hour too, so that it does
 * not matter when in the hour that is done.
 */
export const hourlyResiduals = historyBuckets - lagBuckets
/** Buckets in which a burst fades after its last loud one. */
export const fadingBuckets = 6
/** How many adjacent buckets of a steady rise are looked at. */
export const steadyParts = [3, 4] as const
/** Buckets of the window in which a steady rise is judged: 15 minutes, however many are looked at. */
export const steadyBuckets = 3
/** Lengths of the windows in buckets, longest first; state is kept per position in this list. */
export const windowLengths = [12, 3, 1] as const
/** Residuals needed before a deviation counts for anything: half a day. */
export const leastResiduals = bucketsPerDay / 2
