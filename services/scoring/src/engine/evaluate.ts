import type { SignalRecord, ThresholdsConfig } from '@nabiz/shared/contracts'
import type { WindowVerdict } from './baseline/severity.ts'
import { directionOf, thresholdsOf, zoneOffsetAt } from './brand-settings.ts'
import type { BrandState, SignalSlot } from './brand-state.ts'
import type { UnseenPlatforms } from './connectors.ts'
import { coverageAt, isBlind, isObserved } from './coverage.ts'
import { bucketOf, minuteMs, windows } from './grid.ts'
import { hashHex } from './hash.ts'
import {
  isHourObserved,
  type Judgement,
  judge,
  judgeDay,
  judgeFall,
  round6,
  severityInForce,
  windowEvaluation,
} from './judgement.ts'
import { project } from './projection.ts'
import type { Signal } from './signals/signal.ts'
import { isOpen, shownState, stepMachine } from './state-machine.ts'
import { mentionsAt } from './sums.ts'
import { type Outlet, tellTransition } from './transition.ts'

/** When and what is evaluated. */
export interface Moment {
  /** Last minute of the windows. */
  minute: number
  /** The running minute. */
  now: number
  /** Event time: partition time, or when the deciding mention was written. */
  at: number
  /** A minute closed; false: a mention reached the count that decides. */
  closing: boolean
  unseen: UnseenPlatforms | undefined
}

/** Severity from which every evaluation is written down. */
const interesting = 0.5

/** Judges every signal of a brand, steps its machines and emits what changed. */
export function evaluate(brand: BrandState, moment: Moment, outlet: Outlet): void {
  for (const signal of outlet.signals) {
    if (signal.isMeasured?.(brand) === false) continue
    const slot = brand.signals[signal.name]
    const judgement = judge(brand, signal, brand.windowSums.sums, moment.minute)
    judgeDay(brand, signal, judgement, moment.minute)
    // The running minute is not over: what it lacks is no fall.
    if (moment.closing) judgeFall(brand, signal, judgement, brand.windowSums.sums, moment.minute)
    // Within a minute only a rise can be told: the minute is not over, so its quiet proves nothing.
    if (!moment.closing && judgement.severity < 1) continue
    const step = stepMachine(
      slot.machine,
      {
        minute: moment.minute,
        at: moment.at,
        severity: severityInForce(brand, moment.minute, judgement.severity),
        severityWithoutFloors: judgement.severityWithoutFloors,
        observed: isSeen(brand, signal, moment.minute),
        isSteady: judgement.isSteady,
      },
      thresholdsOf(brand.settings, signal.name),
    )
    if (step !== undefined) {
      const coverage = coverageAt(brand, moment.minute, moment.unseen)
      tellTransition({ brand, signal, judgement, ...moment, kind: step, coverage }, outlet)
    }
    // Only of an episode: a rise that is still pending must not pass for the end of the one before.
    if (judgement.severity >= 1 && isOpen(slot.machine)) {
      slot.machine.boundaryAt = Math.max(slot.machine.boundaryAt, moment.at)
    }
    tellSignal(brand, signal, judgement, moment, outlet)
  }
}

/** Whether a minute's quiet is a step towards calm; where falls page, only at the end of an hour that was seen. */
function isSeen(brand: BrandState, signal: Signal, minute: number): boolean {
  if (!isObserved(brand, minute)) return false
  return directionOf(brand.settings, signal.name) === 'rise' || isHourObserved(brand, minute)
}

/** Ends the episodes of a brand that is no longer watched. */
export function endEpisodes(
  brand: BrandState,
  moment: Pick<Moment, 'minute' | 'now' | 'at'>,
  outlet: Outlet,
): void {
  for (const signal of outlet.signals) {
    if (!isOpen(brand.signals[signal.name].machine)) continue
    const judgement = judge(brand, signal, brand.windowSums.sums, moment.minute)
    const coverage = coverageAt(brand, moment.minute, undefined)
    tellTransition({ brand, signal, judgement, ...moment, kind: 'recovered', coverage }, outlet)
  }
}

function tellSignal(
  brand: BrandState,
  signal: Signal,
  judgement: Judgement,
  moment: Moment,
  outlet: Outlet,
): void {
  const slot = brand.signals[signal.name]
  const zone = zoneOffsetAt(brand.settings.zoneOffsets, moment.minute * minuteMs)
  const { phase, days } = signal.maturity(brand, bucketOf(moment.minute), zone)
  const state = shownState(slot.machine, isBlind(brand, moment.minute), phase === 'none')
  const band = bandOf(judgement, thresholdsOf(brand.settings, signal.name).warnAt)
  const isDue = moment.closing && moment.minute % 60 === brand.hourlyMinute
  // A floor may hold a severity at 0 until it is over the boundary: growth is seen before.
  const projection = band === 0 ? undefined : project({ brand, signal, judgement, ...moment })
  const isQuiet = judgement.severity < interesting && projection === undefined
  if (state === slot.told.state && band === slot.told.band && isQuiet && !isDue) return
  slot.told = { state, band }
  // Between two heartbeats several mentions may be the deciding one at one event time; each makes the hour fuller.
  const mentions = brand.windowSums.sums[0]?.[mentionsAt] ?? 0
  const value: SignalRecord = {
    v: 1,
    id: hashHex(
      brand.id,
      'all',
      signal.name,
      brand.settings.version,
      moment.at,
      `evaluated/${moment.minute}/${mentions}`,
    ),
    brand: brand.id,
    signal: signal.name,
    at: moment.at,
    state,
    severity: round6(judgement.severity),
    windows: judgement.verdicts.map((_verdict, at) => windowEvaluation(judgement, at)),
    coverage: coverageAt(brand, moment.minute, moment.unseen),
    history: { phase, days: round6(days) },
    ...(projection === undefined ? {} : { projection }),
    config: brand.settings.version,
    engine: brand.engine,
  }
  outlet.emit({ topic: 'signals', brand: brand.id, value })
}

/** Nothing, interesting, warning, page, and each doubling from there. */
function bandOf({ severity, severityWithoutFloors }: Judgement, warnAt: number): number {
  if (severity >= 1) return 3 + Math.floor(Math.log2(severity))
  if (severity >= warnAt) return 2
  return Math.max(severity, severityWithoutFloors) < interesting ? 0 : 1
}

/** Sets, for the windows that end with the running minute, the values at which a mention is evaluated at once. */
export function setTriggers(brand: BrandState, signals: readonly Signal[], now: number): void {
  const zone = zoneOffsetAt(brand.settings.zoneOffsets, now * minuteMs)
  for (const signal of signals) {
    if (signal.column === undefined) continue
    const slot = brand.signals[signal.name]
    for (let window = 0; window < windows.length; window += 1) {
      const sums = brand.windowSums.sums[window] ?? []
      const verdict = signal.judge(brand, { sums, window, minute: now, bucket: bucketOf(now), zone })
      const count = countAt(slot, verdict, now, thresholdsOf(brand.settings, signal.name))
      const value = sums[signal.column] ?? 0
      // A count that is reached and changed nothing (few authors, a floor) is asked again a fiftieth later.
      slot.triggers[window] = count > value ? count : value + Math.max(1, Math.ceil(value / 50))
    }
  }
}

function countAt(
  { machine }: SignalSlot,
  verdict: WindowVerdict,
  now: number,
  thresholds: ThresholdsConfig,
): number {
  const { countAtSeverity1 } = verdict
  if (machine.phase === 'ok') return countAtSeverity1
  if (machine.phase === 'pending' && machine.pendingMinute < now) return countAtSeverity1
  if (machine.phase === 'pending' && thresholds.immediateAt === 2) return verdict.countAtSeverity2
  const isOpened = machine.phase !== 'pending'
  const level = isOpened
    ? Math.max(1, machine.toldSeverity * thresholds.escalateFactor)
    : thresholds.immediateAt
  return Math.max(countAtSeverity1, Math.ceil(verdict.expected + level * verdict.boundary))
}

/** Whether the running windows hold a value that is to be evaluated at once. */
export function isTriggered(brand: BrandState, signals: readonly Signal[]): boolean {
  for (const signal of signals) {
    if (signal.column === undefined) continue
    const { triggers } = brand.signals[signal.name]
    for (let window = 0; window < windows.length; window += 1) {
      const value = brand.windowSums.sums[window]?.[signal.column] ?? 0
      if (value >= (triggers[window] ?? Number.POSITIVE_INFINITY)) return true
    }
  }
  return false
}
