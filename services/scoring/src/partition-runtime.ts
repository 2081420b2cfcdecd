import type { DeadLetterReason, MentionsRecord } from '@nabiz/shared/contracts'
import { DependencyError } from '@nabiz/shared/errors'
import type { Batch, Log, LogRecord } from '@nabiz/shared/log'
import { untilReachable } from '@nabiz/shared/pipeline'
import { isSameManifest, type Manifest, type PartitionStore, type Store } from '@nabiz/shared/store'
import type { Clock } from '@nabiz/shared/time'
import { type Engine, type EngineInput, namesIn, type PartitionState } from './engine/index.ts'
import { CarriedJudgements } from './judgements/carried-judgements.ts'
import type { JudgeTexts } from './judgements/judge-texts.ts'
import { mentionsToJudge } from './judgements/mentions-to-judge.ts'
import { PartitionOutbox } from './partition-outbox.ts'
import type { ReadText } from './ports.ts'
import type { SentimentResult } from './sentiment/sentiment-engine.ts'
import { type Breathe, inSteps } from './steps/breather.ts'
import type { createDeadLetterGuard } from './steps/dead-letter-guard.ts'
import { readRecord } from './steps/read-record.ts'
import { readSkips } from './steps/read-skips.ts'
import type { ScoringTelemetry } from './telemetry.ts'

/** Format of the engine's state; raise it when an older state cannot be read any more. */
export const stateVersion = 1

/** Name of the checkpoint's value that says where `judgements` is read on; the engine's own names differ. */
export const judgementsPositionName = 'j'

/** Tries of one record in our own code before its partition stops. */
const tries = 3

export interface RuntimeOptions {
  log: Log
  store: Store
  states: PartitionStore
  engine: Engine
  engineId: string
  build: string
  member: string
  readText: ReadText
  /** An engine that takes its time: a batch is judged before it is applied. Undefined: `readText` judges alone. */
  judgeTexts: JudgeTexts | undefined
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

/** What a partition remembers of its failures over a reload. */
export interface Failures {
  /** The record that failed last, and how often. */
  failing?: { offset: number; attempts: number }
  /** Records a person had passed over, with who it was. */
  skips: Map<number, string>
}

/** The partition's memory no longer fits its manifest: it must be assigned again. */
export class ReloadNeeded extends Error {
  override readonly name = 'ReloadNeeded'
}

/**
 * One partition at work. Order of a step: apply the batch, emissions acknowledged by the log, then the checkpoint, then
 * the group's offset. A batch presented again is not applied again: what was applied waits until it is written.
 */
export class PartitionRuntime {
  readonly #partition: number
  readonly #topicId: string
  readonly #options: RuntimeOptions
  readonly #state: PartitionState
  #base: Manifest | undefined
  /** Offset of the next record to apply. */
  #next: number | undefined
  readonly #outbox: PartitionOutbox
  readonly #carried: CarriedJudgements | undefined
  /** Verdicts on the mentions of the batch at hand. */
  #verdicts: ReadonlyMap<number, SentimentResult> = new Map()
  #stoppedBy: { err: unknown } | undefined
  /** True once a record was applied half-way: memory must never be written. */
  #isTorn = false
  #sinceCheckpoint = 0
  #checkpointAt: number
  readonly #failures: Failures

  constructor(
    partition: number,
    topicId: string,
    state: PartitionState,
    base: Manifest | undefined,
    failures: Failures,
    options: RuntimeOptions,
    /** Where `judgements` is read on, as the checkpoint says. */
    judgementsPosition: number | undefined,
  ) {
    this.#partition = partition
    this.#topicId = topicId
    this.#state = state
    this.#base = base
    this.#next = base?.offset
    this.#failures = failures
    this.#options = options
    this.#outbox = new PartitionOutbox(partition, options)
    const { log, judgeTexts } = options
    this.#carried =
      judgeTexts &&
      new CarriedJudgements(judgementsPosition, {
        log,
        partition,
        judgeTexts,
        reach: (what, call, signal) => this.#reach(what, call, signal),
      })
    // Partitions that start together must not all write at the same moment.
    this.#checkpointAt = options.clock.now() + options.checkpointEveryMs * (0.5 + options.random() / 2)
  }

  /** The manifest this member wrote or read last. */
  get base(): Manifest | undefined {
    return this.#base
  }

  async process(batch: Batch, signal: AbortSignal): Promise<void> {
    const { clock, telemetry } = this.#options
    // The log presents a batch again after a failure; a second go at a torn state would take the record for a repeat.
    if (this.#stoppedBy) throw this.#stoppedBy.err
    const now = clock.now()
    let received = 0
    if (this.#carried) await this.#judgeAhead(this.#carried, batch, signal)
    try {
      for (const record of batch.records) {
        if (this.#next !== undefined && record.offset < this.#next) continue
        await this.#applyOne(record, now)
        this.#next = record.offset + 1
        this.#sinceCheckpoint += 1
        received += 1
        const turn = this.#options.breathe()
        if (turn) await turn
      }
    } finally {
      telemetry.received(received)
      telemetry.flush()
      if (!this.#isTorn) await this.#outbox.write(signal)
    }
    if (this.#next !== undefined) this.#carried?.used(this.#next)
    const last = batch.records.at(-1)
    if (last) telemetry.lag(this.#partition, batch.end - (last.offset + 1))
    telemetry.partitionTime(this.#partition, this.#state.time)
    if (clock.now() >= this.#checkpointAt || this.#sinceCheckpoint >= this.#options.checkpointEveryRecords) {
      await this.checkpoint(signal)
    }
  }

  /** Writes what changed. Throws ReloadNeeded when another member wrote meanwhile. */
  async checkpoint(signal: AbortSignal): Promise<void> {
    const { clock, engine, states, telemetry } = this.#options
    if (this.#next === undefined || this.#sinceCheckpoint === 0 || this.#isTorn) return
    await this.#outbox.write(signal)
    const startedAt = performance.now()
    const { puts, deletes } = await inSteps(engine.encodeSteps(this.#state), this.#options.breathe)
    const position = this.#carried?.positionFor(this.#next)
    if (position !== undefined) puts.set(judgementsPositionName, Buffer.from(String(position), 'utf8'))
    const next: Manifest = {
      topicId: this.#topicId,
      epoch: this.#base?.epoch ?? 0,
      offset: this.#next,
      partitionTime: this.#state.time,
      stateVersion,
      build: this.#options.build,
      model: this.#options.engineId,
      writer: this.#options.member,
      writtenAt: clock.now(),
    }
    const commit = { partition: this.#partition, base: this.#base, next, puts, deletes }
    const taken = await this.#reach('store', () => states.commit(commit), signal)
    // A commit whose answer was lost may have been taken: then the manifest is ours.
    if (
      !taken &&
      !isSameManifest(await this.#reach('store', () => states.manifest(this.#partition), signal), next)
    ) {
      telemetry.conflict(this.#partition)
      throw new ReloadNeeded('another member wrote the checkpoint')
    }
    engine.markDurable(this.#state)
    this.#base = next
    this.#sinceCheckpoint = 0
    this.#checkpointAt = clock.now() + this.#options.checkpointEveryMs
    let bytes = 0
    for (const value of puts.values()) bytes += value.length
    telemetry.checkpointed(this.#partition, clock.now(), (performance.now() - startedAt) / 1_000, bytes)
    this.#options.onDurable(this.#partition, next.offset)
  }

  /** Has every mention of the batch judged, and the verdicts in the log, before the first is applied. */
  async #judgeAhead(carried: CarriedJudgements, batch: Batch, signal: AbortSignal): Promise<void> {
    const mentions = mentionsToJudge(batch.records, this.#next)
    const results = await carried.of(mentions, signal)
    this.#verdicts = new Map(results.map((result, index) => [mentions[index]?.offset ?? -1, result] as const))
  }

  /** Our own exception: read again from the checkpoint, three tries in all, then the partition stops. */
  async #applyOne(record: LogRecord, now: number): Promise<void> {
    const { skips, failing } = this.#failures
    const by = skips.get(record.offset)
    if (by !== undefined) {
      this.#options.telemetry.skipped(this.#partition, record.offset, by)
      this.#options.telemetry.dropped('skipped')
      return
    }
    try {
      this.#apply(record, now)
    } catch (err) {
      this.#stoppedBy = { err }
      if (err instanceof DependencyError) throw err
      this.#isTorn = true
      const attempts = failing?.offset === record.offset ? failing.attempts + 1 : 1
      this.#failures.failing = { offset: record.offset, attempts }
      this.#options.telemetry.recordFailed(this.#partition, record.offset, attempts, err)
      if (attempts < tries) throw new ReloadNeeded('a record failed half-way through')
      const person = (await readSkips(this.#options.log, this.#partition, record.offset)).get(record.offset)
      if (person === undefined) throw this.#stopAt(record.offset, err)
      skips.set(record.offset, person)
      throw new ReloadNeeded('a record is passed over')
    }
  }

  #apply(record: LogRecord, now: number): void {
    const { telemetry, engine, guard } = this.#options
    const outcome = readRecord(record.value)
    if (outcome.kind !== 'pass') {
      if (outcome.kind === 'deadLetter') this.#bury(record, outcome.reason, outcome.detail, now)
      return
    }
    guard.passed(1)
    const value = outcome.value
    if (value.type === 'skip') {
      telemetry.passed('skip')
      return
    }
    const input = this.#toInput(value, record)
    const result = engine.apply(this.#state, input, (emission) => this.#outbox.emit(emission))
    if (result.kind === 'dropped') telemetry.dropped(result.reason)
    else telemetry.passed(value.type)
    if (value.type !== 'mention') return
    if (value.operation !== 'upsert') this.#outbox.removeSampleOf(value)
    if (result.kind === 'counted' && input.kind === 'mention') {
      telemetry.counted(value, input.scored.sentiment.label, now)
    }
  }

  #toInput(value: Exclude<MentionsRecord, { type: 'skip' }>, record: LogRecord): EngineInput {
    const { offset, timestamp } = record
    if (value.type === 'heartbeat') return { kind: 'heartbeat', heartbeat: value, offset, timestamp }
    if (value.type === 'config') return { kind: 'config', copy: value, offset, timestamp }
    if (value.type === 'metric') return { kind: 'metric', metric: value, offset, timestamp }
    const brand = namesIn(this.#state, value.brand)
    const verdict = this.#verdicts.get(offset)
    const { sentiment, terms } = this.#options.readText(value.text, value.language, brand, verdict)
    return { kind: 'mention', scored: { mention: value, offset, sentiment, terms }, offset, timestamp }
  }

  #bury(record: LogRecord, reason: DeadLetterReason, detail: string, now: number): void {
    const { telemetry, guard } = this.#options
    if (guard.deadLettered()) {
      throw new DependencyError(
        'partition_stopped',
        `more than 1 % of the records of this minute are unreadable, now offset ${record.offset} (${reason}: ${detail}); ` +
          'see mentions.dead, bring all services to one version and start again',
        { retryable: false },
      )
    }
    telemetry.deadLettered(this.#partition, record.offset, reason, detail)
    this.#outbox.bury(record, reason, detail, now)
  }

  #stopAt(offset: number, cause: unknown): DependencyError {
    const message =
      `our own code failed ${tries} times on offset ${offset}: report it, or have it passed over with ` +
      `\`nabiz skip ${this.#partition} ${offset} --reason … --by …\` and start again`
    const err = new DependencyError('partition_stopped', message, { retryable: false, cause })
    this.#stoppedBy = { err }
    return err
  }

  #reach<T>(what: string, call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const { clock, random, telemetry } = this.#options
    return untilReachable(call, { clock, random, signal, onWait: (err) => telemetry.waiting(what, err) })
  }
}
