import type { DayForecast } from './day-window.ts'
import type { steadyParts } from './grid.ts'

/** Expected value and scale of one window at one moment; what severity is derived from. */
export interface Forecast {
  /** Mean of the same local time of day (plus and minus 30 minutes) over the last 14 days; units of the signal. */
  expected: number
  /** Deviation of the capped residuals of 14 days at this expected value; units of the signal, at least 1. */
  sigma: number
  /** (M / 4.5) * g: the scale that a brand's regular daily bursts ask for; 0 while there is none. */
  burst: number
  /** Observed days of history behind it, of the last 14. */
  days: number
  /**
   * none: under an observed day (expected 0, sigma 1); plain: mean and deviation of the history (T + 1); full: the rule.
   * A brand that was blind for most of two weeks falls back.
   */
  phase: 'none' | 'plain' | 'full'
  /** Greatest sum of a window that ended in the day up to an hour ago; only while the phase is none. */
  greatest?: number
  /** What boundaries of volume are multiplied by, 0.5 to 1, because of the hours just past; only while it is full. */
  easing?: number
  /** Mean of the signal per hour over the last 14 days. */
  ratePerHour: number
}

/** How far hours fall below what is expected, in roots of it, over 14 days up to an hour ago. */
export interface FallSpread {
  /** Root mean square of what they lack; hours above the expected lack nothing. */
  deviation: number
  /** What a brand lacks regularly: the third-deepest of the daily greatest of 14, so that a weekend is among them. */
  regular: number
}

/** How something that is compared with the expected scatters, in roots of it, over 14 days up to an hour ago. */
export interface Spread {
  deviation: number
  /** What is reached regularly, as `burst` has it: the fifth-largest of 14 daily greatest. */
  regular: number
}

/** Adjacent buckets of 5 minutes that all have to run high for a rise to be steady. */
export type SteadyParts = (typeof steadyParts)[number]

/** Buckets of 5 minutes in a window. */
export type WindowBuckets = 12 | 3 | 1

/**
 * Baseline of one signal of one brand: a pure, deterministic, streaming state over 5-minute buckets, O(1) a bucket.
 * Bucket index: floor(ms since epoch / 300,000), UTC. Same-time-of-day look-ups use the brand's local time.
 */
export interface Baseline {
  /** Index of the next bucket to close; undefined before the first. */
  readonly next: number | undefined
  /**
   * Closes the bucket `index`; indices must follow one another (a gap is closed as unobserved by the caller). Values are
   * counts: rounded to whole numbers, RangeError below 0. History begins with the first observed bucket.
   */
  close(index: number, value: number, observed: boolean, localOffsetMinutes: number): void
  /**
   * Late mentions changed a bucket that is closed, by `delta`; ignored when older than 14 days or unobserved. Expected
   * values follow exactly; residuals already taken stay, as a late count says nothing about how usual it was.
   */
  correct(index: number, delta: number): void
  /**
   * Takes the closed buckets [from, to] for unobserved, as far as 14 days back: what is usual is worked out anew from the
   * others, residuals as if history began with the oldest of them.
   */
  exclude(from: number, to: number): void
  /**
   * Takes what was counted since bucket `from` for the level of from now on: the 14 days before it are scaled to that, with
   * their rhythm and their bursts, and all that is usual is worked out anew. Nothing changes where less than an hour since,
   * or nothing before, is known.
   */
  adopt(from: number): void
  /**
   * What a window that ends with bucket `index` (the running one, or a later or a recent one) should hold. For an index
   * up to a day in the past, that moment and what follows are left out of `expected`; sigma, burst, days and phase are
   * those of now.
   */
  forecast(window: WindowBuckets, index: number, localOffsetMinutes: number): Forecast
  /**
   * The last 24 whole hours against the days before; undefined while there is too little to compare. Derived from the
   * counts alone, once an hour.
   */
  day(): DayForecast | undefined
  /** How far hours fall below the expected; undefined before there are residuals. Worked out from them once an hour. */
  fall(): FallSpread | undefined
  /** Greatest count of the closed buckets [from, to] that are held; 0 where none is. */
  greatest(from: number, to: number): number
  /** The least of them; 0 where one is not held. */
  least(from: number, to: number): number
  /**
   * How a window scatters that neither holds a bucket of `loud` or more nor follows one within half an hour; undefined while there is too
   * little of that. Worked out once an hour.
   */
  quiet(window: WindowBuckets, loud: number): Spread | undefined
  /**
   * How three times the least of so many adjacent buckets scatters about what 15 minutes should hold; without those that
   * hold a bucket of `loud` or more or follow one within half an hour. Worked out from the counts, at most once an hour.
   */
  steady(parts: SteadyParts, loud?: number): Spread | undefined
  /** Bytes of the state's encoding; the same state gives the same bytes. */
  encode(): Uint8Array
}
