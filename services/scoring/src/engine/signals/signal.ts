import type { SignalName } from '@nabiz/shared/contracts'
import type { WindowVerdict } from '../baseline/severity.ts'
import type { BrandState } from '../brand-state.ts'
import type { Weigh } from '../rise.ts'
import type { Sums } from '../sums.ts'

/** One window of a brand, to be judged. */
export interface WindowFacts {
  /** Sums over the window's minutes. */
  sums: Sums
  /** Position in `windows`. */
  window: number
  /** Last minute of the window. */
  minute: number
  /** Last bucket it touches. */
  bucket: number
  /** Minutes east of UTC there and then. */
  zone: number
}

/** Five minutes of a brand. */
export interface BucketFacts {
  sums: readonly number[]
  /** Distinct authors in it. */
  authors: number
}

/** What is measured of a brand, and how it is judged. */
export interface Signal {
  readonly name: SignalName
  /** Column of the sums in which a mention can reach the deciding count; undefined where no count decides. */
  readonly column: number | undefined
  /** False: nobody knows who did it, so that few authors say nothing. */
  readonly isGated?: false
  /** Absent: of every brand. */
  isMeasured?(brand: BrandState): boolean
  judge(brand: BrandState, facts: WindowFacts): WindowVerdict
  /** The last 24 hours, where the signal is judged by them and enough is known; `bucket` is the running one. */
  judgeDay?(brand: BrandState, bucket: number): WindowVerdict | undefined
  /** The last hour as one that may hold too little, where it has enough history to say so; all of it was seen. */
  judgeFall?(brand: BrandState, facts: WindowFacts): WindowVerdict | undefined
  /** Value of five minutes, as evidence shows it. */
  bucketValue(brand: BrandState, facts: BucketFacts, bucket: number): number
  /** The same as the baseline is told it; parts of a bucket add up. */
  baselineValues(brand: BrandState, facts: BucketFacts): number[]
  /** Days of history behind its forecasts, and how far they follow the rule. */
  maturity(
    brand: BrandState,
    bucket: number,
    zone: number,
  ): { phase: 'none' | 'plain' | 'full'; days: number }
  /** What a 5-minute bucket should have held. */
  expected(brand: BrandState, bucket: number, zone: number): number
  /** The same of the part that a verdict speaks of, where a signal has parts. */
  about?(brand: BrandState, verdict: WindowVerdict): Signal
  /** How the minute in which a window of so many minutes began to rise is found; absent: by the mentions' minutes. */
  rise?(verdict: WindowVerdict, minutes: number): { sumsOf(minute: number): readonly number[]; weigh: Weigh }
}
