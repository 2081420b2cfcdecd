import type {
  ConfigCopy,
  Count,
  Heartbeat,
  Mention,
  Metric,
  SignalName,
  SignalRecord,
  Transition,
} from '@nabiz/shared/contracts'
import type { PartitionState } from './partition-state.ts'

/** A mention with what was read out of its text; `terms` are its distinct content words, folded, at most 64 used. */
export interface ScoredMention {
  mention: Mention
  /** Offset of its record in its partition of `mentions`. */
  offset: number
  sentiment: { label: 'negative' | 'neutral' | 'positive'; score: number; language: string }
  terms: readonly string[]
}

interface Position {
  /** The log's own timestamp of the record, ms since the epoch. */
  timestamp: number
  offset: number
}

/** Mentions of one minute of which only the number is known: recorded counts that are judged again. */
export interface CountedMinute {
  brand: string
  platform: string
  /** The minute's first ms; it must be the running one. */
  minute: number
  /** A whole number from 0. */
  mentions: number
  /** What else was recorded of them, as a record in `counts` has it; absent: the number alone is known. */
  details?: Pick<Count, 'languages' | 'negatives' | 'authors' | 'reach'>
}

/** One record of a partition, in the order of the log. */
export type EngineInput =
  | ({ kind: 'mention'; scored: ScoredMention } & Position)
  | ({ kind: 'heartbeat'; heartbeat: Heartbeat } & Position)
  | ({ kind: 'config'; copy: ConfigCopy } & Position)
  | ({ kind: 'metric'; metric: Metric } & Position)
  | ({ kind: 'count'; count: CountedMinute } & Position)

/** Where a breach's sample stands in the partition, so that its text can be fetched. */
export interface SampleOffset {
  platform: string
  id: string
  offset: number
}

/** A record to be written to one topic; `samples` in the order of the breach's evidence. */
export type Emission =
  | { topic: 'signals'; brand: string; value: SignalRecord }
  | { topic: 'counts'; brand: string; value: Count }
  | { topic: 'breaches'; brand: string; value: Transition; samples: SampleOffset[] }

/** Why a record changed no count; each becomes a label. */
export const engineDropReasons = [
  /** The same item again within 48 hours. */
  'duplicate',
  /** A new revision of an item already counted. */
  'edit',
  /** A delete or hide: nothing is uncounted, samples lose the item. */
  'deletion',
  'unknown_brand',
  /** Written by the brand itself. */
  'own',
  /** Deleted before it came. */
  'tombstoned',
  /** Written more than 14 days before partition time. */
  'too_old',
  /** More than 5 s ahead of its own log timestamp. */
  'refused_heartbeat',
  /** Not newer than the copy already applied. */
  'stale_config',
  /** Content that its schema refuses. */
  'invalid_config',
  /** A counter of what comes item by item as well: shown, not counted. */
  'itemised',
  /** More kinds of counters than are followed of a brand. */
  'too_many_counters',
] as const
export type EngineDropReason = (typeof engineDropReasons)[number]

/** What became of a record. `flag` says how a counted mention stood in time. */
export type ApplyResult =
  | { kind: 'counted'; flag?: 'late' | 'baseline_only' | 'future' }
  /** A mention that came before the first heartbeat; that heartbeat's result says what became of it. */
  | { kind: 'held' }
  | { kind: 'applied'; released?: readonly ApplyResult[] }
  | { kind: 'dropped'; reason: EngineDropReason }

/** The values of a checkpoint that differ from what is durable. */
export interface EncodedState {
  puts: Map<string, Uint8Array>
  deletes: string[]
}

/** A pure scoring engine: the only things it reads and writes are its arguments (the state is changed in place). */
export interface Engine {
  /** Applies one record; the emissions come out in a fixed order. */
  apply(state: PartitionState, input: EngineInput, emit: (emission: Emission) => void): ApplyResult
  /** The state of a partition of which nothing was read. */
  create(): PartitionState
  /**
   * What changed since the last encoding that was marked durable, in steps of a brand each, so that the caller can do
   * something else between them; nothing may be applied to the state before the last step.
   */
  encodeSteps(state: PartitionState): Generator<void, EncodedState>
  /** The same in one go. */
  encode(state: PartitionState): EncodedState
  /** Says that the values of the last `encode` are committed; records applied since then stay to be written. */
  markDurable(state: PartitionState): void
  /** The state that all values of a checkpoint describe. */
  decode(values: Map<string, Uint8Array>): PartitionState
}

/** How often a language's sentiment engine is right: P(negative | negative) and P(negative | not negative). */
export interface Confusion {
  sensitivity: number
  falsePositiveRate: number
}

export interface EngineOptions {
  /** Measured on labelled text; undefined where there is no measurement, then shares stay uncorrected. */
  confusion(language: string): Confusion | undefined
  /** Name and content hash of the sentiment engine, as it stands in signals and breaches. */
  engineId: string
  /** Build of the program, written into the partition's value. */
  build: string
  /** Signals that are judged; all of them unless given. The others teach no baseline and have no episodes. */
  signals?: readonly SignalName[]
}
