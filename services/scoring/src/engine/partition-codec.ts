import { baselineNames } from './baselines.ts'
import { decodeBrand, encodeBrand } from './brand-codec.ts'
import { type BrandConfigs, settingsOf, storedConfigs } from './brand-configs.ts'
import { Reader, Writer } from './codec.ts'
import { Connectors } from './connectors.ts'
import { decodeEngagement, encodeEngagement } from './engagement-codec.ts'
import type { EncodedState } from './engine.ts'
import { Fingerprints } from './fingerprints.ts'
import { minuteMs } from './grid.ts'
import { createPartition, type PartitionState, valueNames } from './partition-state.ts'
import { decodeScopes, encodeScopes } from './scope-codec.ts'
import { decodeShadow, encodeShadow } from './shadow.ts'

/** Version of the encoding; another one is refused, not guessed at. */
const version = 1
const text = new TextEncoder()
const untext = new TextDecoder()

/** What is not durable yet; a step a brand. Nothing may be applied to the state before the last step. */
export function* encodePartition(state: PartitionState, build: string): Generator<void, EncodedState> {
  const puts = new Map<string, Uint8Array>()
  const writer = new Writer()
  writer.unsigned(version)
  writer.string(build)
  writer.unsigned(state.time)
  state.connectors.encode(writer)
  writer.string(JSON.stringify(state.held))
  puts.set(valueNames.partition, writer.finish())
  for (const id of state.changedConfigs) state.encodedConfigs.add(id)
  state.changedConfigs.clear()
  for (const id of state.encodedConfigs) {
    puts.set(`${valueNames.config}${id}`, text.encode(JSON.stringify(state.configs.get(id))))
  }
  for (const brand of state.brands.values()) {
    for (const name of baselineNames) {
      const stored = brand.baselines[name].encodeStored()
      if (stored !== undefined) puts.set(`${valueNames.baseline}${brand.id}/${name}`, stored)
    }
    for (const [name, { baseline }] of brand.engagement) {
      const stored = baseline.encodeStored()
      if (stored !== undefined) puts.set(engagementBaseline(brand.id, name), stored)
    }
    if (brand.engagement.size > 0 && (brand.dirty || brand.inFlight)) {
      encodeEngagement(brand, writer)
      puts.set(`${valueNames.engagement}${brand.id}`, writer.finish())
    }
    if (brand.scopesDirty || brand.scopesInFlight) {
      encodeScopes(brand, writer)
      puts.set(`${valueNames.scopes}${brand.id}`, writer.finish())
      brand.scopesDirty = false
      brand.scopesInFlight = true
    }
    if (brand.dirty || brand.inFlight) {
      encodeBrand(brand, writer)
      puts.set(`${valueNames.hot}${brand.id}`, writer.finish())
      if (brand.shadow !== undefined) {
        encodeShadow(brand.shadow, writer)
        puts.set(`${valueNames.shadow}${brand.id}`, writer.finish())
      }
      brand.dirty = false
      brand.inFlight = true
    }
    yield
  }
  for (const name of state.removed) state.encodedRemoved.add(name)
  state.removed.clear()
  // A brand that came back has written the name anew.
  const deletes = [...state.encodedRemoved].filter((name) => !puts.has(name))
  state.fingerprints.encode(puts, deletes)
  state.tombstones.encode(puts, deletes)
  return { puts, deletes }
}

/** What the last `encodePartition` wrote is durable. */
export function markPartitionDurable(state: PartitionState): void {
  state.encodedConfigs = new Set()
  state.encodedRemoved = new Set()
  for (const brand of state.brands.values()) {
    brand.inFlight = false
    brand.scopesInFlight = false
    for (const name of baselineNames) brand.baselines[name].markDurable()
    for (const { baseline } of brand.engagement.values()) baseline.markDurable()
  }
  state.fingerprints.markDurable()
  state.tombstones.markDurable()
}

/** The state that all values of a checkpoint describe; throws a RangeError on an encoding it does not know. */
export function decodePartition(values: ReadonlyMap<string, Uint8Array>, engine: string): PartitionState {
  const state = createPartition(engine)
  const bytes = values.get(valueNames.partition)
  if (bytes === undefined) return state
  const reader = new Reader(bytes, valueNames.partition)
  const found = reader.unsigned()
  if (found !== version) throw new RangeError(`partition state: found version ${found}, expected ${version}`)
  reader.string()
  state.time = reader.unsigned()
  state.connectors = Connectors.decode(reader)
  state.held = JSON.parse(reader.string()) as PartitionState['held']
  const minute = Math.floor(state.time / minuteMs)
  const ids = [...values.keys()].filter((name) => name.startsWith(valueNames.config)).sort()
  for (const name of ids) {
    const id = name.slice(valueNames.config.length)
    const configs = storedConfigs(JSON.parse(untext.decode(values.get(name))) as BrandConfigs)
    state.configs.set(id, configs)
    const settings = settingsOf(configs)
    const hot = values.get(`${valueNames.hot}${id}`)
    if (settings === undefined || hot === undefined) continue
    const stored = (signal: string) => values.get(`${valueNames.baseline}${id}/${signal}`)
    const brand = decodeBrand(id, settings, new Reader(hot, name), stored, minute, engine)
    state.brands.set(id, brand)
    const tried = values.get(`${valueNames.shadow}${id}`)
    if (tried !== undefined) brand.shadow = decodeShadow(new Reader(tried, `${valueNames.shadow}${id}`))
    const scopes = values.get(`${valueNames.scopes}${id}`)
    if (scopes !== undefined) decodeScopes(brand, new Reader(scopes, `${valueNames.scopes}${id}`))
    const counters = `${valueNames.engagement}${id}`
    const bytes = values.get(counters)
    if (bytes === undefined) continue
    decodeEngagement(brand, new Reader(bytes, counters), (series) =>
      values.get(engagementBaseline(id, series)),
    )
  }
  state.fingerprints = Fingerprints.decode(values, valueNames.fingerprints)
  state.tombstones = Fingerprints.decode(values, valueNames.tombstones)
  return state
}

/** Name of the value that holds the baseline of one of a brand's counters. */
export function engagementBaseline(brand: string, series: string): string {
  return `${valueNames.baseline}${brand}/engagement/${series}`
}
