import {
  type ConfigCopy,
  type DeadLetterReason,
  type MentionsRecord,
  sentimentModelId,
} from '@nabiz/shared/contracts'
import { DependencyError } from '@nabiz/shared/errors'
import type { Batch, LogRecord } from '@nabiz/shared/log'
import { untilReachable } from '@nabiz/shared/pipeline'
import { isSameManifest, type Manifest } from '@nabiz/shared/store'
import { type Emission, type EngineInput, namesIn, type PartitionState } from './engine/index.ts'
import { PartitionJudgements } from './judgements/partition-judgements.ts'
import { missingModel } from './missing-model.ts'
import type { Failures, LoadedPartition, RuntimeOptions } from './partition-loaded.ts'
import { PartitionOutbox } from './partition-outbox.ts'
import { type AheadReading, readAhead } from './reading/read-ahead.ts'
import { PartitionOpinions } from './second-opinion/partition-opinions.ts'
import { inSteps } from './steps/breather.ts'
import { type OpenedRecord, openRecords } from './steps/read-record.ts'
import { readSkips } from './steps/read-skips.ts'

/** Format of the engine's state; raise it when an older state cannot be read any more. */
export const stateVersion = 1

/** Tries of one record in our own code before its partition stops. */
const tries = 3

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
  readonly #judgements: PartitionJudgements
  readonly #opinions: PartitionOpinions
  #stoppedBy: { err: unknown } | undefined
  /** True once a record was applied half-way: memory must never be written. */
  #isTorn = false
  #sinceCheckpoint = 0
  #checkpointAt: number
  readonly #failures: Failures
  readonly #model: string

  constructor(partition: number, loaded: LoadedPartition, options: RuntimeOptions) {
    const { topicId, state, base, failures, model } = loaded
    this.#model = model
    this.#partition = partition
    this.#topicId = topicId
    this.#state = state
    this.#base = base
    this.#next = base?.offset
    this.#failures = failures
    this.#options = options
    const { log, models, engine } = options
    const carried = {
      log,
      partition,
      reach: <T>(what: string, call: () => Promise<T>, signal: AbortSignal) =>
        this.#reach(what, call, signal),
    }
    const engineOf = (brand: string) => engine.modelOf(state, brand)
    this.#judgements = new PartitionJudgements(loaded.values, { ...carried, models, engineOf })
    this.#opinions = new PartitionOpinions(loaded.values, {
      ...carried,
      asked: options.secondOpinion,
      now: () => options.clock.now(),
      confusion: (language, id) => models.confusion(language, id),
    })
    this.#outbox = new PartitionOutbox(partition, {
      ...options,
      complete: (emissions, signal) => this.#opinions.attach(emissions, this.#next ?? 0, signal),
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
    const opened = openRecords(batch.records)
    const ahead = await this.#readAhead(opened)
    const now = clock.now()
    let received = 0
    try {
      for (const records of this.#judgements.segments(opened)) {
        await this.#judgements.ahead(records, this.#next, signal)
        for (const one of records) {
          const { offset } = one.record
          if (this.#next !== undefined && offset < this.#next) continue
          const failed = this.#applyOne(one, ahead.get(offset), now)
          if (failed) await this.#fail(offset, failed.err)
          this.#next = offset + 1
          this.#sinceCheckpoint += 1
          received += 1
          const turn = this.#options.breathe()
          if (turn) await turn
        }
      }
    } finally {
      telemetry.received(received)
      telemetry.flush()
      if (!this.#isTorn) await this.#outbox.write(signal)
    }
    if (this.#next !== undefined) this.#judgements.used(this.#next)
    const last = batch.records.at(-1)
    if (last) telemetry.lag(this.#partition, batch.end - (last.offset + 1))
    telemetry.partitionTime(this.#partition, this.#state.time)
    if (clock.now() >= this.#checkpointAt || this.#sinceCheckpoint >= this.#options.checkpointEveryRecords) {
      await this.checkpoint(signal)
    }
  }

  /** What other threads read of a batch, by offset. */
  async #readAhead(records: readonly OpenedRecord[]): Promise<ReadonlyMap<number, AheadReading>> {
    const { textThreads, engine, models } = this.#options
    if (!textThreads) return new Map()
    return readAhead(records, {
      threads: textThreads,
      from: this.#next,
      engineOf: (brand) => engine.modelOf(this.#state, brand),
      isSlow: (id) => models.isSlow(id),
    })
  }

  /** Writes what changed. Throws ReloadNeeded when another member wrote meanwhile. */
  async checkpoint(signal: AbortSignal): Promise<void> {
    const { clock, engine, states, telemetry } = this.#options
    if (this.#next === undefined || this.#sinceCheckpoint === 0 || this.#isTorn) return
    await this.#outbox.write(signal)
    const startedAt = performance.now()
    const { puts, deletes } = await inSteps(engine.encodeSteps(this.#state), this.#options.breathe)
    this.#judgements.encode(puts, this.#next)
    this.#opinions.encode(puts, this.#next)
    const next: Manifest = {
      topicId: this.#topicId,
      epoch: this.#base?.epoch ?? 0,
      offset: this.#next,
      partitionTime: this.#state.time,
      stateVersion,
      build: this.#options.build,
      model: this.#model,
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

  /** What was thrown half-way, if anything; a promise for each record would be a tenth of what counting it takes. */
  #applyOne(
    opened: OpenedRecord,
    ahead: AheadReading | undefined,
    now: number,
  ): { err: unknown } | undefined {
    const { offset } = opened.record
    const by = this.#failures.skips.get(offset)
    if (by !== undefined) {
      this.#options.telemetry.skipped(this.#partition, offset, by)
      this.#options.telemetry.dropped('skipped')
      return undefined
    }
    try {
      this.#apply(opened, ahead, now)
      return undefined
    } catch (err) {
      return { err }
    }
  }

  /** Our own exception: read again from the checkpoint, three tries in all, then the partition stops. */
  async #fail(offset: number, err: unknown): Promise<never> {
    this.#stoppedBy = { err }
    if (err instanceof DependencyError) throw err
    this.#isTorn = true
    const { skips, failing } = this.#failures
    const attempts = failing?.offset === offset ? failing.attempts + 1 : 1
    this.#failures.failing = { offset, attempts }
    this.#options.telemetry.recordFailed(this.#partition, offset, attempts, err)
    if (attempts < tries) throw new ReloadNeeded('a record failed half-way through')
    const person = (await readSkips(this.#options.log, this.#partition)).get(offset)
    if (person === undefined) throw this.#stopAt(offset, err)
    skips.set(offset, person)
    throw new ReloadNeeded('a record is passed over')
  }

  #apply({ record, outcome }: OpenedRecord, ahead: AheadReading | undefined, now: number): void {
    const { telemetry, engine, guard } = this.#options
    if (outcome.kind !== 'pass') {
      if (outcome.kind === 'deadLetter') this.#bury(record, outcome.reason, outcome.detail, now)
      return
    }
    guard.passed(1)
    const value = outcome.value
    const input = this.#toInput(value, record, ahead)
    const result = engine.apply(this.#state, input, (emission) => this.#emit(emission))
    if (result.kind === 'dropped') telemetry.dropped(result.reason)
    else telemetry.passed(value.type)
    if (value.type !== 'mention') return
    if (value.operation !== 'upsert') {
      this.#outbox.removeSampleOf(value)
      this.#opinions.deleted(value)
    }
    if (result.kind === 'counted' && input.kind === 'mention') {
      const { sentiment } = input.scored
      telemetry.counted(value, sentiment.label, now)
      this.#opinions.counted(value, record.offset, sentiment, this.#state.time)
    }
  }

  #emit(emission: Emission): void {
    this.#opinions.emitted(emission, this.#state.time)
    this.#outbox.emit(emission)
  }

  #toInput(value: MentionsRecord, record: LogRecord, ahead: AheadReading | undefined): EngineInput {
    const { offset, timestamp } = record
    if (value.type === 'heartbeat') return { kind: 'heartbeat', heartbeat: value, offset, timestamp }
    if (value.type === 'config') {
      this.#checkModel(value)
      return { kind: 'config', copy: value, offset, timestamp }
    }
    if (value.type === 'metric') return { kind: 'metric', metric: value, offset, timestamp }
    if (value.type === 'mark') return { kind: 'mark', mark: value, offset, timestamp }
    const engine = this.#options.engine.modelOf(this.#state, value.brand)
    const reading = this.#options.readText(value.text, {
      languageHint: value.language,
      brand: namesIn(this.#state, value.brand),
      engine,
      verdict: this.#judgements.verdictOn(offset),
      plain: ahead?.engine === engine ? ahead.reading : undefined,
    })
    return { kind: 'mention', scored: { mention: value, offset, ...reading }, offset, timestamp }
  }

  /** A model that this process does not have must not come in force here: nothing after it could be judged. */
  #checkModel({ kind, id, active, brand, content }: ConfigCopy): void {
    const { models } = this.#options
    const { engine } = content
    if (kind !== 'model' || id !== sentimentModelId || !active || typeof engine !== 'string') return
    if (!models.has(engine)) throw missingModel(this.#partition, brand, engine, models)
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
