import { createBaselines } from './baselines.ts'
import { zoneOffsetAt } from './brand-settings.ts'
import type { BrandState } from './brand-state.ts'
import type { UnseenPlatforms } from './connectors.ts'
import { tellCounts } from './counts.ts'
import { isObserved, noteCoverage } from './coverage.ts'
import { evaluate, setTriggers } from './evaluate.ts'
import { bucketMinutes, bucketOf, dayMs, keptMinutes, minuteMs } from './grid.ts'
import { findLateEpisodes } from './late.ts'
import { joinPlatforms } from './platforms.ts'
import { closeProbe } from './probe.ts'
import { closeHours, evaluateScopes } from './scopes.ts'
import { evaluateShadow } from './shadow.ts'
import type { Outlet } from './transition.ts'
import { sumMinutes } from './window-sums.ts'

/** Minutes that end with one heartbeat. */
export interface ClosedMinutes {
  /** The minute of the heartbeat before: the only one of them that was heard. */
  from: number
  /** The minute of this heartbeat. */
  to: number
  /** Partition time. */
  at: number
  /** Who could be seen in the minute `from`, and at the end. */
  unseen(brand: string): UnseenPlatforms | undefined
}

/** A gap after which nothing that was learned holds any more. */
const longestGap = (15 * dayMs) / minuteMs

/** Closes minutes of one brand: counts are told, the last minute is evaluated, buckets enter the baselines. */
export function closeMinutes(brand: BrandState, closed: ClosedMinutes, outlet: Outlet): void {
  const { from, to, at } = closed
  if (brand.settings.probe) {
    closeProbe(brand, to, at, outlet)
    return
  }
  brand.dirty = true
  const first = to - from > longestGap ? startOver(brand, to) : from
  const unseen = closed.unseen(brand.id)
  applyCorrections(brand, outlet)
  for (const series of brand.engagement.values()) series.correct()
  for (let minute = first; minute < to; minute += 1) {
    noteCoverage(brand, minute, minute === from, unseen)
    tellCounts(brand, minute, outlet)
    if (minute === to - 1) {
      findLateEpisodes(brand, { minute, now: minute, at, unseen }, outlet)
      const moment = { minute, now: minute, at, closing: true, unseen }
      evaluate(brand, moment, outlet)
      evaluateShadow(brand, moment, outlet)
      evaluateScopes(brand, moment, outlet)
    }
    if ((minute + 1) % bucketMinutes === 0) closeBucket(brand, bucketOf(minute), outlet)
    if (joinPlatforms(brand, minute + 1)) {
      applyCorrections(brand, outlet)
      brand.windowSums.reset([...brand.platforms.values()], minute + 1)
    } else {
      brand.windowSums.advance(brand.platforms.values())
    }
    closeHours(brand, minute)
    for (const platform of brand.platforms.values()) platform.prune(minute - keptMinutes, minute)
  }
  brand.partial.prune(to - keptMinutes)
  brand.dark.prune(to - keptMinutes)
  if (outlet.isCountsOnly !== true) setTriggers(brand, outlet.signals, to)
}

/** Tells the baselines of some signals what a bucket held. */
export function closeBaselines(
  brand: BrandState,
  bucket: number,
  { signals, isCountsOnly = false }: Pick<Outlet, 'signals' | 'isCountsOnly'>,
): void {
  const from = bucket * bucketMinutes
  const sums = sumMinutes(brand.platforms.values(), from, from + bucketMinutes, from + bucketMinutes - 1)
  const facts = { sums, authors: brand.authors.count(bucket) }
  const zone = zoneOffsetAt(brand.settings.zoneOffsets, from * minuteMs)
  let isSeen = brand.bornMinute <= from
  for (let minute = from; minute < from + bucketMinutes; minute += 1) isSeen &&= isObserved(brand, minute)
  for (const signal of signals) {
    if (signal.name === 'engagement') continue
    const values = signal.baselineValues(brand, facts)
    brand.baselines[signal.name].close(bucket, values, isSeen, zone, !isCountsOnly)
  }
}

function closeBucket(brand: BrandState, bucket: number, outlet: Outlet): void {
  closeBaselines(brand, bucket, outlet)
  const from = bucket * bucketMinutes
  const zone = zoneOffsetAt(brand.settings.zoneOffsets, from * minuteMs)
  for (const series of brand.engagement.values()) {
    const unobserved = brand.platforms.get(series.platform)?.unobserved
    const missed = unobserved?.count(from, from + bucketMinutes) ?? 0
    series.close(bucket, missed === 0, zone)
  }
  brand.authors.age(bucket)
}

/** Late mentions go into closed buckets once a minute, each bucket's together. */
function applyCorrections(brand: BrandState, outlet: Outlet): void {
  if (brand.corrections.size === 0) return
  const entries = [...brand.corrections].sort((a, b) => a[0] - b[0])
  brand.corrections.clear()
  for (const [bucket, facts] of entries) {
    for (const signal of outlet.signals) {
      if (signal.name === 'engagement') continue
      brand.baselines[signal.name].correct(bucket, signal.baselineValues(brand, facts))
    }
  }
}

/** Forgets what is too old to compare with; says which minute is closed first. */
function startOver(brand: BrandState, to: number): number {
  brand.baselines = createBaselines(brand.id)
  for (const baseline of Object.values(brand.baselines)) baseline.store()
  brand.corrections.clear()
  brand.scopesDirty ||= brand.scopes.size > 0
  brand.scopes.clear()
  for (const series of brand.engagement.values()) series.startOver(to)
  for (const platform of brand.platforms.values()) platform.startOver()
  brand.bornMinute = to
  brand.windowSums.reset([...brand.platforms.values()], to - 1)
  return to - 1
}
