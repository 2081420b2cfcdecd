import type { Log } from '@nabiz/shared/log'
import type { Manifest, PartitionStore, Store } from '@nabiz/shared/store'
import type { Clock } from '@nabiz/shared/time'
import type { Engine, PartitionState } from './engine/index.ts'
import type { ReadText } from './ports.ts'
import type { TextThreads } from './reading/text-threads.ts'
import type { AskOpinion } from './second-opinion/ask-opinion.ts'
import type { ModelShelf } from './sentiment/model-shelf.ts'
import type { Breathe } from './steps/breather.ts'
import type { createDeadLetterGuard } from './steps/dead-letter-guard.ts'
import type { ScoringTelemetry } from './telemetry.ts'

/** A partition as its checkpoint gives it. */
export interface LoadedPartition {
  topicId: string
  state: PartitionState
  base: Manifest | undefined
  values: ReadonlyMap<string, Uint8Array>
  failures: Failures
  /** Engine of the brands whose config names none: the manifest carries it. */
  model: string
}

/** What a partition remembers of its failures over a reload. */
export interface Failures {
  /** The record that failed last, and how often. */
  failing?: { offset: number; attempts: number }
  /** Records a person had passed over, with who it was. */
  skips: Map<number, string>
}

/** What a partition at work needs of its stage. */
export interface RuntimeOptions {
  log: Log
  store: Store
  states: PartitionStore
  engine: Engine
  models: ModelShelf
  /** Another engine that is asked about breaches; undefined: none. */
  secondOpinion?: AskOpinion | undefined
  build: string
  member: string
  readText: ReadText
  /** Read the texts of large batches ahead; undefined: none. */
  textThreads?: TextThreads | undefined
  clock: Clock
  random: () => number
  telemetry: ScoringTelemetry
  guard: ReturnType<typeof createDeadLetterGuard>
  /** Called between records and between the steps of a checkpoint. */
  breathe: Breathe
  checkpointEveryMs: number
  checkpointEveryRecords: number
  /** For lag monitors; called after a checkpoint. */
  onDurable(partition: number, offset: number): void
}
