import {
  type BrandVersion,
  type SignalName,
  type ThresholdsConfig,
  thresholdsConfig,
} from '@nabiz/shared/contracts'
import type { KnownEvent } from './known-events.ts'

/** What the engine needs of a brand's config. */
export interface BrandSettings {
  thresholds: ThresholdsConfig
  /** Version of the thresholds, as it stands in what is emitted; `default` for the shipped ones. */
  version: string
  /** What is tried beside them, if anything. */
  shadow?: { thresholds: ThresholdsConfig; version: string }
  zoneOffsets: BrandVersion['zoneOffsets']
  /** The bursts that people marked as expected; undefined: none were. */
  usualBurst: UsualBurst | undefined
  /** By `from`. */
  knownEvents: readonly KnownEvent[]
  probe: boolean
  simulated: boolean
  /** Id of the sentiment engine in force; undefined: the partition's. */
  engine: string | undefined
}

/** What bursts of one brand are like. */
export interface UsualBurst {
  /** Mentions in five minutes from which on those belong to such a burst. */
  loud: number
  /** Buckets of five minutes in which the longest of them was as loud. */
  buckets: number
}

/** What a brand and those it is compared with are called. */
export type CalledNames = Pick<BrandVersion, 'names' | 'aliases' | 'handles' | 'hashtags' | 'competitors'>

/** Thresholds of a brand for which none were configured. */
export const defaultThresholds: ThresholdsConfig = thresholdsConfig.parse({ id: 'default' })

/** Thresholds of single signals, put together once for each config. */
const bySignal = new WeakMap<ThresholdsConfig, Map<SignalName, ThresholdsConfig>>()

/** What one signal is judged by: the brand's thresholds, and what they say of that signal in their place. */
export function thresholdsOf(
  { thresholds }: Pick<BrandSettings, 'thresholds'>,
  signal: SignalName,
): ThresholdsConfig {
  const own = thresholds.signals[signal]
  if (own === undefined) return thresholds
  const known = bySignal.get(thresholds) ?? new Map<SignalName, ThresholdsConfig>()
  bySignal.set(thresholds, known)
  let merged = known.get(signal)
  if (merged === undefined) {
    const { windows, floors, ...fields } = said(own)
    merged = {
      ...thresholds,
      ...fields,
      windows: { ...thresholds.windows, ...said(windows ?? {}) },
      floors: { ...thresholds.floors, ...said(floors ?? {}) },
    }
    known.set(signal, merged)
  }
  return merged
}

/** What of a signal pages: more than expected, less, or either. */
export function directionOf(
  { thresholds }: Pick<BrandSettings, 'thresholds'>,
  signal: SignalName,
): 'rise' | 'fall' | 'both' {
  return thresholds.signals[signal]?.direction ?? 'rise'
}

type Said<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** Without the fields that are undefined. */
function said<T extends object>(fields: T): Said<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Said<T>
}

/** Minutes east of UTC at a moment. */
export function zoneOffsetAt(offsets: BrandVersion['zoneOffsets'], at: number): number {
  let minutes = offsets[0]?.minutes ?? 0
  for (const entry of offsets) if (entry.from <= at) minutes = entry.minutes
  return minutes
}
