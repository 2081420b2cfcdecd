import { dayWindowMinutes, type WindowEvaluation } from '@nabiz/shared/contracts'
import type { WindowVerdict } from './baseline/severity.ts'
import { directionOf, thresholdsOf, zoneOffsetAt } from './brand-settings.ts'
import type { BrandState } from './brand-state.ts'
import { bucketOf, minuteMs, windows } from './grid.ts'
import { capFewAuthors, cappedSeverity } from './severity-cap.ts'
import type { Signal } from './signals/signal.ts'
import type { Sums } from './sums.ts'

/** What all windows of one signal say at one moment. */
export interface Judgement {
  /** In the order of `windows`; where the signal is judged by the last day, or by falls too, those come after them. */
  verdicts: WindowVerdict[]
  /** Position of the window that decides. */
  best: number
  /** The greatest of the windows; few authors cap it. */
  severity: number
  severityWithoutFloors: number
  /** A window at the page boundary has held for minutes by itself: it counts for two evaluations. */
  isSteady: boolean
}

/** Minutes of the window in which a fall is looked for. */
const fallMinutes = 60

/** Whether a brand has been watched for so short a time that nothing of it may page. */
export function isInGrace({ settings, bornMinute }: BrandState, minute: number): boolean {
  return minute - bornMinute < settings.thresholds.graceHours * 60
}

/** A severity as it counts: of a brand that is newly watched it pages nobody. */
export function severityInForce(brand: BrandState, minute: number, severity: number): number {
  return isInGrace(brand, minute) ? Math.min(severity, cappedSeverity) : severity
}

/** Judges one signal in the windows that end with `minute`; `sums` hold what those windows hold. */
export function judge(brand: BrandState, signal: Signal, sums: readonly Sums[], minute: number): Judgement {
  const bucket = bucketOf(minute)
  const zone = zoneOffsetAt(brand.settings.zoneOffsets, minute * minuteMs)
  const judgement: Judgement = {
    verdicts: [],
    best: 0,
    severity: -1,
    severityWithoutFloors: Number.NEGATIVE_INFINITY,
    isSteady: false,
  }
  for (let window = 0; window < windows.length; window += 1) {
    const verdict = signal.judge(brand, { sums: sums[window] ?? [], window, minute, bucket, zone })
    if (signal.isGated !== false) capByAuthors(brand, signal, verdict, window, minute)
    add(judgement, verdict)
  }
  return judgement
}

/** Adds what the signal says of the last 24 hours, if anything; `minute` is the running one: no other day is known. */
export function judgeDay(brand: BrandState, signal: Signal, judgement: Judgement, minute: number): void {
  const verdict = signal.judgeDay?.(brand, bucketOf(minute))
  if (verdict === undefined) return
  // Authors are told apart for an hour only; a day of complaints has as many people in its last hour.
  capByAuthors(brand, signal, verdict, 0, minute)
  add(judgement, verdict)
}

/** Whether every minute of the hour was seen by all who matter: what nobody saw is no fall. */
export function isHourObserved({ dark, partial }: BrandState, minute: number): boolean {
  const from = minute - fallMinutes + 1
  return dark.count(from, minute + 1) === 0 && partial.count(from, minute + 1) === 0
}

/** Adds what the signal says of an hour with too little in it, where falls page; `minute` has closed. */
export function judgeFall(
  brand: BrandState,
  signal: Signal,
  judgement: Judgement,
  sums: readonly Sums[],
  minute: number,
): void {
  if (directionOf(brand.settings, signal.name) === 'rise' || !isHourObserved(brand, minute)) return
  const zone = zoneOffsetAt(brand.settings.zoneOffsets, minute * minuteMs)
  const facts = { sums: sums[0] ?? [], window: 0, minute, bucket: bucketOf(minute), zone }
  const verdict = signal.judgeFall?.(brand, facts)
  if (verdict !== undefined) add(judgement, verdict)
}

function add(judgement: Judgement, verdict: WindowVerdict): void {
  judgement.verdicts.push(verdict)
  judgement.isSteady ||= verdict.isSteady === true && verdict.severity >= 1
  judgement.severityWithoutFloors = Math.max(judgement.severityWithoutFloors, verdict.severityWithoutFloors)
  if (verdict.severity <= judgement.severity) return
  judgement.severity = verdict.severity
  judgement.best = judgement.verdicts.length - 1
}

/** Length of the window at a position of `verdicts`, minutes. */
export function minutesAt(verdicts: readonly WindowVerdict[], position: number): WindowEvaluation['minutes'] {
  if (verdicts[position]?.direction === 'fall') return fallMinutes
  return windows[position]?.minutes ?? dayWindowMinutes
}

/** Caps a severity if fewer people than the gate asks for wrote in a window; on the 5-minute grid, its first bucket whole. */
function capByAuthors(
  brand: BrandState,
  signal: Signal,
  verdict: WindowVerdict,
  window: number,
  minute: number,
): void {
  const gate = thresholdsOf(brand.settings, signal.name).authorsGate
  if (verdict.severity < 1 || gate === 0) return
  const from = bucketOf(minute - (windows[window]?.minutes ?? 1) + 1)
  const authors = brand.authors.distinct(from, bucketOf(minute))
  capFewAuthors(verdict, authors, gate)
}

/** A window as records carry it. */
export function windowEvaluation(judgement: Judgement, window: number): WindowEvaluation {
  const verdict = judgement.verdicts[window] as WindowVerdict
  const evaluation: WindowEvaluation = {
    minutes: minutesAt(judgement.verdicts, window),
    value: round6(verdict.value),
    expected: round6(verdict.expected),
    sigma: round6(verdict.sigma),
    z: round6(verdict.z),
    severity: round6(verdict.severity),
  }
  if (Number.isFinite(verdict.valueAtSeverity1)) evaluation.boundary = round6(verdict.valueAtSeverity1)
  if (verdict.direction !== undefined) evaluation.direction = verdict.direction
  if (verdict.limit !== undefined) {
    evaluation.limit = { ...verdict.limit, severity: round6(verdict.limit.severity) }
  }
  if (verdict.counter !== undefined) evaluation.counter = verdict.counter
  return evaluation
}

/** Six significant digits, so that bytes repeat. */
export function round6(value: number): number {
  // Most of what is told are small counts; -0 becomes 0, as it does below.
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return value + 0
  return Number(value.toPrecision(6))
}
