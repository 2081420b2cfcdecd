import { countMention } from './count-mention.ts'
import type { ApplyResult, EngineDropReason, ScoredMention } from './engine.ts'
import { hourMs, minuteMs } from './grid.ts'
import { hash128 } from './hash.ts'
import type { PartitionState } from './partition-state.ts'
import { platformOf } from './platforms.ts'
import { noteProbe } from './probe.ts'
import type { Outlet } from './transition.ts'

const drops = {
  unknown_brand: dropped('unknown_brand'),
  own: dropped('own'),
  deletion: dropped('deletion'),
  duplicate: dropped('duplicate'),
  edit: dropped('edit'),
  tombstoned: dropped('tombstoned'),
}
const counted: ApplyResult = { kind: 'counted' }
const held: ApplyResult = { kind: 'held' }
const scratch = new Int32Array(4)

/** Counts a mention once: what is known, edited, deleted or the brand's own changes no count. */
export function applyMention(state: PartitionState, scored: ScoredMention, outlet: Outlet): ApplyResult {
  if (state.time === 0) {
    state.held.push(scored)
    return held
  }
  const { mention } = scored
  const brand = state.brands.get(mention.brand)
  if (brand === undefined) return drops.unknown_brand
  if (mention.own) return drops.own
  const hour = Math.floor(state.time / hourMs)
  const platform = platformOf(brand, mention.platform, Math.floor(state.time / minuteMs))
  const hash = hash128(mention.id, platform.seed, scratch)
  const low = hash[0] ?? 0
  const high = hash[1] ?? 0
  const isKnown = state.fingerprints.has(low, high)
  if (mention.operation !== 'upsert') {
    if (brand.samples.remove(mention.platform, mention.id)) brand.dirty = true
    if (!isKnown && !state.tombstones.has(low, high)) state.tombstones.add(low, high, hour)
    return drops.deletion
  }
  if (isKnown) return mention.revision === undefined ? drops.duplicate : drops.edit
  if (state.tombstones.has(low, high)) return drops.tombstoned
  // An edit of what nobody saw in 48 hours: the mention was counted in its time, or is too old to be.
  if (mention.revision !== undefined) return drops.edit
  if (brand.settings.probe) {
    noteProbe(brand, scored)
    state.fingerprints.add(low, high, hour)
    return counted
  }
  const result = countMention(brand, platform, scored, state.time, outlet)
  if (result.kind === 'counted') state.fingerprints.add(low, high, hour)
  return result
}

function dropped(reason: EngineDropReason): ApplyResult {
  return { kind: 'dropped', reason }
}
