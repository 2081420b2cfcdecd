import { type ConfigCopy, modelConfig } from '@nabiz/shared/contracts'
import { baselineNames } from './baselines.ts'
import { applyCopy, createConfigs, settingsOf } from './brand-configs.ts'
import { type BrandState, createBrand } from './brand-state.ts'
import type { ApplyResult } from './engine.ts'
import { endEpisodes, setTriggers } from './evaluate.ts'
import { minuteMs } from './grid.ts'
import { engagementBaseline } from './partition-codec.ts'
import { type PartitionState, valueNames } from './partition-state.ts'
import { platformOf } from './platforms.ts'
import { takeRebuilt } from './rebuilt.ts'
import { endScopes } from './scopes.ts'
import type { Outlet } from './transition.ts'

const applied: ApplyResult = { kind: 'applied' }
const stale: ApplyResult = { kind: 'dropped', reason: 'stale_config' }
const invalid: ApplyResult = { kind: 'dropped', reason: 'invalid_config' }

/** Applies a config copy: a brand begins, changes or ends, or is judged by other thresholds from here on. */
export function applyConfig(state: PartitionState, copy: ConfigCopy, outlet: Outlet): ApplyResult {
  const configs = state.configs.get(copy.brand) ?? createConfigs()
  const outcome = applyCopy(configs, copy)
  if (outcome === 'stale_config') return stale
  if (outcome === 'invalid_config') return invalid
  state.configs.set(copy.brand, configs)
  state.changedConfigs.add(copy.brand)
  const settings = settingsOf(configs)
  const brand = state.brands.get(copy.brand)
  if (settings === undefined) {
    if (brand !== undefined) removeBrand(state, brand, outlet)
    return applied
  }
  if (brand === undefined) {
    addBrand(state, copy.brand, settings, outlet)
    return applied
  }
  brand.settings = settings
  if (settings.shadow === undefined && brand.shadow !== undefined) {
    brand.shadow = undefined
    state.removed.add(`${valueNames.shadow}${brand.id}`)
  }
  takeModel(state, brand, copy, outlet)
  if (state.time > 0) setTriggers(brand, outlet.signals, Math.floor(state.time / minuteMs))
  brand.dirty = true
  return applied
}

/** From here on the brand's mentions are judged by the model in force; its past is put into that model's terms. */
function takeModel(state: PartitionState, brand: BrandState, copy: ConfigCopy, outlet: Outlet): void {
  const before = brand.engine
  brand.engine = brand.settings.engine ?? state.engine
  if (copy.kind !== 'model' || brand.engine === before || state.time === 0) return
  const { rebuilt } = modelConfig.parse(copy.content)
  if (rebuilt !== undefined) takeRebuilt(brand, rebuilt, Math.floor(state.time / minuteMs), outlet.signals)
}

function addBrand(
  state: PartitionState,
  id: string,
  settings: Parameters<typeof createBrand>[1],
  outlet: Outlet,
): void {
  const brand = createBrand(id, settings, state.engine)
  state.brands.set(id, brand)
  state.brands = new Map([...state.brands].sort((a, b) => (a[0] < b[0] ? -1 : 1)))
  const minute = Math.floor(state.time / minuteMs)
  for (const name of state.connectors.platformsOf(id)) platformOf(brand, name, minute)
  const names = namesOf(id)
  if (names.some((name) => state.removed.has(name) || state.encodedRemoved.has(name))) {
    // What the brand left in the store before it was removed must not stand beside its new beginning.
    for (const name of names) state.removed.delete(name)
    for (const baseline of Object.values(brand.baselines)) baseline.store()
  }
  if (state.time === 0) return
  brand.bornMinute = minute
  brand.windowSums.reset([], minute)
  setTriggers(brand, outlet.signals, minute)
}

/** What nobody watches any more must not stay open with people who are told of it. */
function removeBrand(state: PartitionState, brand: BrandState, outlet: Outlet): void {
  const now = Math.floor(state.time / minuteMs)
  if (state.time > 0) {
    endEpisodes(brand, { minute: now, now, at: state.time }, outlet)
    endScopes(brand, { minute: now, now, at: state.time }, outlet)
  }
  state.brands.delete(brand.id)
  for (const name of namesOf(brand.id)) state.removed.add(name)
  if (brand.shadow !== undefined) state.removed.add(`${valueNames.shadow}${brand.id}`)
  if (brand.engagement.size > 0) state.removed.add(`${valueNames.engagement}${brand.id}`)
  if (brand.scopes.size > 0) state.removed.add(`${valueNames.scopes}${brand.id}`)
  for (const series of brand.engagement.keys()) state.removed.add(engagementBaseline(brand.id, series))
}

function namesOf(id: string): string[] {
  return [`${valueNames.hot}${id}`, ...baselineNames.map((signal) => `${valueNames.baseline}${id}/${signal}`)]
}
