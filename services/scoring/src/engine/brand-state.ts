import { type SignalName, signalNames } from '@nabiz/shared/contracts'
import { AuthorBuckets } from './author-buckets.ts'
import { type Baselines, createBaselines } from './baselines.ts'
import type { BrandSettings } from './brand-settings.ts'
import type { CounterSeries } from './counter-series.ts'
import { Generations } from './generations.ts'
import { windows } from './grid.ts'
import { spread } from './hash.ts'
import { MinuteSpans } from './minute-spans.ts'
import type { Scope } from './platform-hours.ts'
import type { PlatformMinutes } from './platform-minutes.ts'
import { Samples } from './samples.ts'
import { createMachine, type Machine } from './state-machine.ts'
import type { Sums } from './sums.ts'
import { TextGroups } from './text-groups.ts'
import { WindowSums } from './window-sums.ts'

/** One signal of one brand. */
export interface SignalSlot {
  machine: Machine
  /** What the last record in `signals` said. */
  told: { state: string; band: number }
  /** Value, in each window, at which a mention is to be evaluated at once; Infinity: none. */
  triggers: Float64Array
}

/** The internal probe brand's page: a mention seen, a page open. */
export interface Probe {
  /** When its mention was written; 0: none waits. */
  seenAt: number
  offset: number
  platform: string
  mention: string
  /** Id of the open page; empty: none. */
  episode: string
  openedMinute: number
}

/** What late mentions add to a closed bucket. */
export interface Correction {
  sums: Sums
  authors: number
}

/** What the last hour is about, and the day to compare it with. */
export const termGenerations = {
  recent: { minutes: 20, kept: 4, keys: 100 },
  day: { minutes: 480, kept: 4, keys: 200 },
} as const
/** Who writes and in what language, over about an hour. */
export const authorGeneration = { minutes: 20, kept: 4, keys: 32 } as const

/** All the engine knows about one brand. */
export interface BrandState {
  readonly id: string
  /** Minute of the hour at which its signals are told whatever they say: spread over brands. */
  readonly hourlyMinute: number
  settings: BrandSettings
  /** Id of the sentiment engine its mentions are judged by. */
  engine: string
  /** First minute it was watched in; 0 before the first heartbeat. */
  bornMinute: number
  platforms: Map<string, PlatformMinutes>
  /** The one of them that was asked for last: the next mention is most often of the same. */
  latestPlatform: PlatformMinutes | undefined
  /** The brand's languages in the order in which they came: columns of its sums. */
  languages: string[]
  windowSums: WindowSums
  authors: AuthorBuckets
  baselines: Baselines
  signals: Record<SignalName, SignalSlot>
  /** Where the thresholds that are tried would stand, and which they are; undefined while none are. */
  shadow: Shadow | undefined
  /** Platforms judged by themselves; none while the brand has but one. */
  scopes: Map<string, Scope>
  /** They changed since their last encoding, and since the one before that is not durable yet. */
  scopesDirty: boolean
  scopesInFlight: boolean
  /** What counters grew by, by platform and kind. */
  engagement: Map<string, CounterSeries>
  /** Minutes in which a platform with a material share could not be seen. */
  partial: MinuteSpans
  /** Minutes in which no platform could be seen. */
  dark: MinuteSpans
  /** Closed minutes that late mentions changed since the last evaluation: [from, to); empty when equal. */
  late: { from: number; to: number }
  /** Changes of closed buckets that wait for the next minute. */
  corrections: Map<number, Correction>
  recentTerms: Generations
  dayTerms: Generations
  topAuthors: Generations
  samples: Samples
  textGroups: TextGroups
  probe: Probe
  /** Changed since the last encoding, and since the one before that is not durable yet. */
  dirty: boolean
  inFlight: boolean
}

/** Thresholds that are tried beside those in force, and where they stand. */
export interface Shadow {
  version: string
  signals: Record<SignalName, SignalSlot>
  /** By platform: where what is judged of it by itself stands. */
  scopes: Map<string, Scope['machines']>
}

/** A brand of which nothing is known but its config. */
export function createBrand(id: string, settings: BrandSettings, engine: string): BrandState {
  return {
    id,
    hourlyMinute: spread(id, 60),
    settings,
    engine: settings.engine ?? engine,
    bornMinute: 0,
    // What every count touches stands side by side.
    platforms: new Map(),
    latestPlatform: undefined,
    dirty: true,
    windowSums: new WindowSums(),
    authors: new AuthorBuckets(),
    topAuthors: new Generations(authorGeneration),
    languages: [],
    baselines: createBaselines(id),
    signals: createSlots(),
    shadow: undefined,
    scopes: new Map(),
    scopesDirty: false,
    scopesInFlight: false,
    engagement: new Map(),
    partial: new MinuteSpans(),
    dark: new MinuteSpans(),
    late: { from: 0, to: 0 },
    corrections: new Map(),
    recentTerms: new Generations(termGenerations.recent),
    dayTerms: new Generations(termGenerations.day),
    samples: new Samples(),
    textGroups: new TextGroups(),
    probe: createProbe(),
    inFlight: false,
  }
}

export function createProbe(): Probe {
  return { seenAt: 0, offset: 0, platform: '', mention: '', episode: '', openedMinute: 0 }
}

/** One slot a signal. */
export function createSlots(): Record<SignalName, SignalSlot> {
  return Object.fromEntries(signalNames.map((name) => [name, createSlot()])) as Record<SignalName, SignalSlot>
}

function createSlot(): SignalSlot {
  return {
    machine: createMachine(),
    told: { state: '', band: 0 },
    triggers: new Float64Array(windows.length).fill(Number.POSITIVE_INFINITY),
  }
}
