import type { Mark } from '@nabiz/shared/contracts'
import type { ApplyResult } from './engine.ts'
import { setTriggers } from './evaluate.ts'
import { bucketOf, minuteMs } from './grid.ts'
import type { PartitionState } from './partition-state.ts'
import { excludeHours } from './scopes.ts'
import type { Outlet } from './transition.ts'

const applied: ApplyResult = { kind: 'applied' }
const unknownBrand: ApplyResult = { kind: 'dropped', reason: 'unknown_brand' }

/** Takes a person's word for what an incident was: a confirmed crisis is as if nobody had seen it, all else stays usual. */
export function applyMark(state: PartitionState, mark: Mark, outlet: Outlet): ApplyResult {
  const brand = state.brands.get(mark.brand)
  if (brand === undefined) return unknownBrand
  if (mark.mark !== 'confirmed') return applied
  const bucketAt = (at: number) => bucketOf(Math.floor(at / minuteMs))
  for (const baseline of Object.values(brand.baselines))
    baseline.exclude(bucketAt(mark.from), bucketAt(mark.to))
  excludeHours(brand, mark.from, mark.to)
  brand.dirty = true
  if (state.time > 0) setTriggers(brand, outlet.signals, Math.floor(state.time / minuteMs))
  return applied
}
