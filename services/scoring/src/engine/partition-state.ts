import type { Metric } from '@nabiz/shared/contracts'
import type { BrandConfigs } from './brand-configs.ts'
import type { CalledNames } from './brand-settings.ts'
import type { BrandState } from './brand-state.ts'
import { Connectors } from './connectors.ts'
import type { ScoredMention } from './engine.ts'
import { Fingerprints } from './fingerprints.ts'

/** Names of a checkpoint's values: partition, config of a brand, hot state, counters, platforms and
 * baselines of a brand, fingerprints. */
export const valueNames = {
  partition: 'p',
  config: 'c/',
  hot: 'h/',
  engagement: 'e/',
  shadow: 's/',
  scopes: 'o/',
  baseline: 'b/',
  fingerprints: 'f/',
  tombstones: 't/',
} as const

/** A counter's delta that came before the first heartbeat. */
export interface HeldMetric {
  metric: Metric
}

/** What a partition's engine remembers; only the engine looks inside. */
export interface PartitionState {
  /** Id of the sentiment engine for brands whose config names none. */
  engine: string
  /** Partition time: the greatest accepted heartbeat, ms since the epoch; 0 before the first. */
  time: number
  connectors: Connectors
  /** Sorted by id, so that emissions come in the same order after a restore. */
  brands: Map<string, BrandState>
  configs: Map<string, BrandConfigs>
  /** Brands whose config changed since the last encoding, and those of it that are not durable yet. */
  changedConfigs: Set<string>
  encodedConfigs: Set<string>
  /** Names of values that are to be deleted, likewise. */
  removed: Set<string>
  encodedRemoved: Set<string>
  fingerprints: Fingerprints
  tombstones: Fingerprints
  /** What came before the first heartbeat: without a time it has no place yet. */
  held: (ScoredMention | HeldMetric)[]
}

/** What a brand is called by the config in force; undefined where it is not watched. */
export function namesIn(state: PartitionState, brand: string): CalledNames | undefined {
  return state.configs.get(brand)?.brand?.content?.called
}

/** The state of a partition of which nothing was read. */
export function createPartition(engine: string): PartitionState {
  return {
    engine,
    time: 0,
    connectors: new Connectors(),
    brands: new Map(),
    configs: new Map(),
    changedConfigs: new Set(),
    encodedConfigs: new Set(),
    removed: new Set(),
    encodedRemoved: new Set(),
    fingerprints: new Fingerprints(valueNames.fingerprints),
    tombstones: new Fingerprints(valueNames.tombstones),
    held: [],
  }
}
