import type { ThresholdsConfig } from '@nabiz/shared/contracts'
import { evaluateFall } from './baseline/fall.ts'
import { evaluateWindow, nothingPages, type WindowVerdict } from './baseline/severity.ts'
import { directionOf, zoneOffsetAt } from './brand-settings.ts'
import type { BrandState } from './brand-state.ts'
import { DistinctCount } from './distinct-count.ts'
import { bucketOf, minuteMs, windows } from './grid.ts'
import type { Judgement } from './judgement.ts'
import { thresholdsIn } from './known-events.ts'
import type { FollowedSignal, HourForecast, Scope } from './platform-hours.ts'
import type { PlatformMinutes } from './platform-minutes.ts'
import { capFewAuthors } from './severity-cap.ts'
import type { Signal } from './signals/signal.ts'
import { isOpen } from './state-machine.ts'
import { mentionsAt, negativesAt } from './sums.ts'
import { sumMinutes } from './window-sums.ts'

/** Mentions an hour below which a platform has no usual hour to compare with. */
const leastPerHour = 2
/** Share of the brand's mentions of 14 days from which on the brand itself says what the platform does. */
const wholeShare = 0.8
/** Minutes for which a platform's authors are told apart. */
const authorMinutes = 15
const columns = { volume: mentionsAt, negative: negativesAt } as const

/** One signal of one platform of a brand. */
export interface Scoped {
  brand: BrandState
  platform: PlatformMinutes
  scope: Scope
  signal: Signal
  name: FollowedSignal
}

function sumOfHour({ platform, name }: Scoped, minute: number): number {
  const from = minute - (windows[0]?.minutes ?? 60) + 1
  return sumMinutes([platform], from, minute + 1, minute)[columns[name]] ?? 0
}

/** Whether every minute of the hour that ends with `minute` was seen on the platform: what nobody saw is no fall. */
export function isScopeHourObserved({ platform }: Scoped, minute: number): boolean {
  const from = minute - (windows[0]?.minutes ?? 60) + 1
  return platform.joinMinute <= from && platform.unobserved.count(from, minute + 1) === 0
}

/**
 * Judges the hour that ends with `minute`, by a rise, a fall or either. Undefined where the count cannot page, whatever is
 * usual, or nothing is known yet of what is.
 */
export function judgeScope(scoped: Scoped, minute: number): Judgement | undefined {
  const { brand, platform, scope, name } = scoped
  const direction = directionOf(brand.settings, name)
  const value = sumOfHour(scoped, minute)
  const thresholds = thresholdsIn(brand.settings, bucketOf(minute), name)
  const machine = scope.machines.get(name)
  const isRunning = machine !== undefined && isOpen(machine)
  if (direction === 'rise' && !isRunning && value < thresholds.floors.smallPerHour / 2) return undefined
  const usual = scope.hours.forecast(name, minute, brand.settings.zoneOffsets)
  if (usual === undefined || usual.ratePerHour < leastPerHour * (name === 'negative' ? 0.5 : 1))
    return undefined
  if (shareOf(brand, platform) >= wholeShare) return undefined
  const verdicts = direction === 'fall' ? [] : [judgeRise(scoped, minute, value, usual, thresholds)]
  if (direction !== 'rise' && isScopeHourObserved(scoped, minute)) {
    const forecast = { ...usual, phase: 'full' } as const
    const { factor } = thresholds.platforms
    const fall = evaluateFall({ forecast, spread: usual.fall, value, thresholds, factor })
    if (fall !== undefined) verdicts.push(fall)
  }
  return verdicts.length === 0 ? undefined : judgementOf(verdicts)
}

function judgeRise(
  { brand, platform, name }: Scoped,
  minute: number,
  value: number,
  usual: HourForecast,
  thresholds: ThresholdsConfig,
): WindowVerdict {
  const zone = zoneOffsetAt(brand.settings.zoneOffsets, minute * minuteMs)
  const whole = brand.baselines[name].baseline.forecast(12, bucketOf(minute), zone)
  const verdict = evaluateWindow({
    // The floors are the brand's: what is little for it is little, wherever it is written.
    forecast: { ...usual, phase: 'full', ratePerHour: whole.ratePerHour },
    value,
    windowBuckets: 12,
    thresholds,
    factor: thresholds.platforms.factor,
    signal: name,
  })
  capByAuthors(verdict, platform, minute, thresholds.authorsGate)
  return verdict
}

function judgementOf(verdicts: WindowVerdict[]): Judgement {
  const severity = Math.max(...verdicts.map((verdict) => verdict.severity))
  const best = verdicts.findIndex((verdict) => verdict.severity === severity)
  const severityWithoutFloors = Math.max(...verdicts.map((verdict) => verdict.severityWithoutFloors))
  return { verdicts, best, severity, severityWithoutFloors, isSteady: false }
}

/** What is told at the end of an episode of which nothing is expected any more. */
export function calmJudgement(scoped: Scoped, minute: number): Judgement {
  const value = sumOfHour(scoped, minute)
  return judgementOf([
    {
      value,
      expected: 0,
      sigma: 1,
      z: value,
      boundary: Number.POSITIVE_INFINITY,
      ...nothingPages,
      severity: 0,
      severityWithoutFloors: 0,
    },
  ])
}

/** Few authors in the last quarter of an hour cap the severity, as they do the brand's own. */
function capByAuthors(verdict: WindowVerdict, platform: PlatformMinutes, minute: number, gate: number): void {
  if (verdict.severity < 1 || gate === 0) return
  const authors = new DistinctCount()
  let nameless = 0
  for (let each = minute - authorMinutes + 1; each <= minute; each += 1) {
    const cell = platform.cells.get(each)
    if (cell?.authors !== undefined) authors.merge(cell.authors)
    // A mention without an author counts as somebody else, as it does for the brand.
    else if (cell !== undefined && cell.settled === 0) nameless += cell.sums[mentionsAt] ?? 0
  }
  capFewAuthors(verdict, authors.count + nameless, gate)
}

function shareOf(brand: BrandState, platform: PlatformMinutes): number {
  let total = 0
  for (const each of brand.platforms.values()) total += each.recentMentions()
  return total === 0 ? 1 : platform.recentMentions() / total
}
