import type { WindowBuckets } from './baseline.ts'

/** A window's expected value and the count at which it has severity 1.0. */
export interface WindowReach {
  windowBuckets: WindowBuckets
  expected: number
  countAtSeverity1: number
}

/** The smallest steady storm that some window notices within 15 minutes. */
export interface Deafness {
  /** Storm as a multiple of the expected rate, the usual mentions included; Infinity where nothing is expected. */
  multiple: number
  /** The storm's own mentions a minute, over the usual ones. */
  perMinute: number
}

const minutesToNotice = 15

/**
 * How deaf a brand is right now: k such that some window reaches its count in 15 minutes when (k - 1) * E mentions a
 * minute come on top of what is expected. The expected rate is that of the longest window given.
 */
export function deafness(windows: readonly WindowReach[]): Deafness {
  let perMinute = Number.POSITIVE_INFINITY
  let longest: WindowReach | undefined
  for (const window of windows) {
    const minutes = Math.min(minutesToNotice, window.windowBuckets * 5)
    perMinute = Math.min(perMinute, Math.max(0, window.countAtSeverity1 - window.expected) / minutes)
    if (longest === undefined || window.windowBuckets > longest.windowBuckets) longest = window
  }
  const usual = longest === undefined ? 0 : longest.expected / (longest.windowBuckets * 5)
  return { multiple: usual > 0 ? 1 + perMinute / usual : Number.POSITIVE_INFINITY, perMinute }
}
