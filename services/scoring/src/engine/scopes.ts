import { directionOf, thresholdsOf } from './brand-settings.ts'
import type { BrandState } from './brand-state.ts'
import { coverageAt } from './coverage.ts'
import type { Moment } from './evaluate.ts'
import { bucketMinutes, hourMs } from './grid.ts'
import { calmJudgement, isScopeHourObserved, judgeScope, type Scoped } from './judge-scope.ts'
import { severityInForce } from './judgement.ts'
import { followed, PlatformHours } from './platform-hours.ts'
import type { PlatformMinutes } from './platform-minutes.ts'
import type { Signal } from './signals/signal.ts'
import { createMachine, isOpen, type Machine, stepMachine } from './state-machine.ts'
import { mentionsAt, negativesAt } from './sums.ts'
import { type Outlet, tellTransition } from './transition.ts'
import { sumMinutes } from './window-sums.ts'

/** Platforms of a brand that are followed; the first ones, so that memory is bounded. */
const mostScopes = 8
/** Minutes of an hour that may be unobserved. */
const toleratedMinutes = 15

/** Adds what was written on a platform in an hour that is over. */
export function countLateInScope(
  brand: BrandState,
  platform: PlatformMinutes,
  minute: number,
  { now, mentions, negatives }: { now: number; mentions: number; negatives: number },
): void {
  const hour = hourOf(minute)
  if (brand.scopes.size === 0 || hour >= hourOf(now)) return
  if (brand.scopes.get(platform.name)?.hours.add(hour, mentions, negatives) === true) brand.scopesDirty = true
}

/**
 * Ends an hour of each platform: one of which too much was not seen says nothing. A brand's only platform is not followed.
 * `minute`: the last that closed.
 */
export function closeHours(brand: BrandState, minute: number): void {
  if ((minute + 1) % 60 !== 0 || brand.platforms.size < 2) return
  const hour = hourOf(minute)
  for (const platform of brand.platforms.values()) {
    let scope = brand.scopes.get(platform.name)
    if (scope === undefined) {
      if (brand.scopes.size >= mostScopes) continue
      scope = { hours: new PlatformHours(), machines: new Map() }
      brand.scopes.set(platform.name, scope)
    }
    const from = hour * 60
    const isSeen =
      platform.joinMinute <= from && platform.unobserved.count(from, from + 60) <= toleratedMinutes
    const sums = sumMinutes([platform], from, from + 60, minute)
    scope.hours.close(
      hour,
      isSeen ? { mentions: sums[mentionsAt] ?? 0, negatives: sums[negativesAt] ?? 0 } : undefined,
    )
    brand.scopesDirty = true
  }
}

/** A confirmed crisis is as if nobody had seen it, of each platform by itself too; from and to in ms. */
export function excludeHours(brand: BrandState, from: number, to: number): void {
  for (const { hours } of brand.scopes.values()) {
    hours.exclude(Math.floor(from / hourMs), Math.floor(to / hourMs))
    brand.scopesDirty = true
  }
}

/** What was written since `from`, ms, is the level of from now on, of each platform by itself too. */
export function adoptHours(brand: BrandState, from: number): void {
  for (const { hours } of brand.scopes.values()) {
    hours.adopt(Math.ceil(from / hourMs))
    brand.scopesDirty = true
  }
}

function hourOf(minute: number): number {
  return Math.floor(minute / 60)
}

/**
 * Judges the last hour of each platform by itself: a storm on one platform that the others drown. It opens nothing while
 * the brand's own episode of the signal runs, which its platforms are part of.
 */
export function evaluateScopes(brand: BrandState, moment: Moment, outlet: Outlet): void {
  const { platforms: settings } = brand.settings.thresholds
  for (const [name, scope] of brand.scopes) {
    const platform = brand.platforms.get(name)
    if (platform === undefined) continue
    for (const signal of outlet.signals) {
      const followedName = followed.find((each) => each === signal.name)
      if (followedName === undefined) continue
      const machine = scope.machines.get(followedName)
      // What is switched off opens nothing more; what runs still has to end.
      if (!settings.pages && (machine === undefined || !isOpen(machine))) continue
      evaluateScope({ brand, platform, scope, signal, name: followedName }, moment, outlet)
    }
  }
}

function evaluateScope(scoped: Scoped, moment: Moment, outlet: Outlet): void {
  const { brand, platform, scope, signal, name } = scoped
  const { minute, at, unseen } = moment
  const known = scope.machines.get(name)
  const isRunning = known !== undefined && isOpen(known)
  const judgement = judgeScope(scoped, minute)
  if (!isRunning) {
    const isCovered = isOpen(brand.signals[name].machine)
    if (judgement === undefined || judgement.severity < 1 || isCovered) {
      if (known !== undefined && known.pendingCount > 0) {
        known.pendingCount = 0
        brand.scopesDirty = true
      }
      return
    }
  }
  brand.scopesDirty = true
  const machine = known ?? createMachine()
  scope.machines.set(name, machine)
  const severity = severityInForce(brand, minute, judgement?.severity ?? 0)
  const step = stepMachine(
    machine,
    {
      minute,
      at,
      severity,
      severityWithoutFloors: judgement?.severityWithoutFloors ?? 0,
      observed: isSeen(scoped, minute),
    },
    thresholdsOf(brand.settings, name),
  )
  const shown = judgement ?? calmJudgement(scoped, minute)
  if (step !== undefined) {
    const coverage = coverageAt(brand, minute, unseen)
    const narrowed = { brand: viewOf(scoped, machine), signal: narrow(signal, scoped) }
    tellTransition(
      { ...narrowed, judgement: shown, ...moment, kind: step, coverage, scope: platform.name },
      outlet,
    )
  }
  if (severity >= 1 && isOpen(machine)) machine.boundaryAt = Math.max(machine.boundaryAt, at)
}

/** Whether a minute's quiet is a step towards calm; where falls page, only at the end of an hour that was seen. */
function isSeen(scoped: Scoped, minute: number): boolean {
  if (scoped.platform.unobserved.has(minute)) return false
  return directionOf(scoped.brand.settings, scoped.name) === 'rise' || isScopeHourObserved(scoped, minute)
}

/** Ends what runs on the platforms of a brand that is no longer watched. */
export function endScopes(
  brand: BrandState,
  moment: Pick<Moment, 'minute' | 'now' | 'at'>,
  outlet: Outlet,
): void {
  for (const [platformName, scope] of brand.scopes) {
    const platform = brand.platforms.get(platformName)
    for (const [name, machine] of scope.machines) {
      const signal = outlet.signals.find((each) => each.name === name)
      if (platform === undefined || signal === undefined || !isOpen(machine)) continue
      const scoped = { brand, platform, scope, signal, name }
      const judgement = calmJudgement(scoped, moment.minute)
      const coverage = coverageAt(brand, moment.minute, undefined)
      const narrowed = { brand: viewOf(scoped, machine), signal: narrow(signal, scoped) }
      tellTransition(
        { ...narrowed, judgement, ...moment, kind: 'recovered', coverage, scope: platform.name },
        outlet,
      )
    }
  }
}

/** The brand as if the platform were all of it; what is not known by platform (terms, samples) stays the brand's. */
function viewOf({ brand, platform, name }: Scoped, machine: Machine): BrandState {
  const slot = { ...brand.signals[name], machine }
  return {
    ...brand,
    platforms: new Map([[platform.name, platform]]),
    signals: { ...brand.signals, [name]: slot },
  }
}

/** The signal with the platform's own forecast; the windows that follow its growth are the hour alone. */
function narrow(signal: Signal, { brand, scope, name }: Scoped): Signal {
  const { zoneOffsets } = brand.settings
  const forecast = (bucket: number) =>
    scope.hours.forecast(name, (bucket + 1) * bucketMinutes - 1, zoneOffsets)
  return {
    ...signal,
    expected: (_brand, bucket) => (forecast(bucket)?.expected ?? 0) / 12,
    maturity: (_brand, bucket) => {
      const days = forecast(bucket)?.days ?? 0
      return { phase: days >= 3 ? 'full' : 'none', days }
    },
  }
}
