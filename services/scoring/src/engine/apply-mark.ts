import type { Mark } from '@nabiz/shared/contracts'
import { addUsualBurst, settingsOf } from './brand-configs.ts'
import { zoneOffsetAt } from './brand-settings.ts'
import type { BrandState } from './brand-state.ts'
import type { ApplyResult } from './engine.ts'
import { setTriggers } from './evaluate.ts'
import { bucketOf, minuteMs } from './grid.ts'
import type { PartitionState } from './partition-state.ts'
import { adoptHours, excludeHours } from './scopes.ts'
import type { Outlet } from './transition.ts'

const applied: ApplyResult = { kind: 'applied' }
const unknownBrand: ApplyResult = { kind: 'dropped', reason: 'unknown_brand' }

/** A rise whose loudest five minutes hold less than so many times what was expected of them is no burst. */
const leastBurst = 8

/**
 * Takes a person's word for what an incident was: a confirmed crisis is as if nobody had seen it, an expected burst is
 * known again, a new normal is the level of from now on. A false alarm and a duplicate stay part of what is usual.
 */
export function applyMark(state: PartitionState, mark: Mark, outlet: Outlet): ApplyResult {
  const brand = state.brands.get(mark.brand)
  if (brand === undefined) return unknownBrand
  if (mark.mark === 'expected') return learnBurst(state, brand, mark, outlet)
  if (mark.mark === 'confirmed') {
    for (const baseline of Object.values(brand.baselines))
      baseline.exclude(bucketAt(mark.from), bucketAt(mark.to))
    excludeHours(brand, mark.from, mark.to)
  } else if (mark.mark === 'new_normal') {
    for (const baseline of Object.values(brand.baselines)) baseline.adopt(bucketAt(mark.from))
    adoptHours(brand, mark.from)
  } else return applied
  brand.dirty = true
  if (state.time > 0) setTriggers(brand, outlet.signals, Math.floor(state.time / minuteMs))
  return applied
}

/** The next bursts like this one are told from other rises by how loud they are. */
function learnBurst(state: PartitionState, brand: BrandState, mark: Mark, outlet: Outlet): ApplyResult {
  const configs = state.configs.get(brand.id)
  const { baseline } = brand.baselines.volume
  const [from, to] = [bucketAt(mark.from), bucketAt(mark.to)]
  const loudest = baseline.greatest(from, to)
  const zone = zoneOffsetAt(brand.settings.zoneOffsets, mark.from)
  const { expected, phase } = baseline.forecast(1, from, zone)
  if (configs === undefined || phase !== 'full' || loudest < leastBurst * expected) return applied
  let buckets = 0
  for (let index = from; index <= to; index += 1)
    if (baseline.greatest(index, index) >= loudest / 2) buckets += 1
  addUsualBurst(configs, { loudest, buckets })
  state.changedConfigs.add(brand.id)
  brand.settings = settingsOf(configs) ?? brand.settings
  if (state.time > 0) setTriggers(brand, outlet.signals, Math.floor(state.time / minuteMs))
  return applied
}

function bucketAt(at: number): number {
  return bucketOf(Math.floor(at / minuteMs))
}
