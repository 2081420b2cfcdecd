import { DependencyError } from '@nabiz/shared/errors'
import type { Log, LogRecord, NewRecord } from '@nabiz/shared/log'
import type { Manifest, PartitionStore } from '@nabiz/shared/store'
import { type Clock, minute } from '@nabiz/shared/time'
import { markOutstanding, reclaimDeliveries } from '../deliveries/apply-delivery.ts'
import { applyBreach } from '../incidents/apply-breach.ts'
import type { ApplyContext, BrandSettings } from '../incidents/context.ts'
import { Draft } from '../incidents/draft.ts'
import { finishCatchUp } from '../incidents/finish-catch-up.ts'
import type { PartitionState } from '../incidents/incident.ts'
import type { AlertingTelemetry } from '../telemetry.ts'
import { brandName, encodeMeta, encodeValue, incidentName, stateVersion } from './codec.ts'
import { deadRecord, readBreach } from './read-breach.ts'

export interface OwnerOptions {
  log: Log
  states: PartitionStore
  clock: Clock
  settings(brand: string): BrandSettings
  telemetry: AlertingTelemetry
  member: string
  build: string
  /** Called after each write with the offset after the last record whose effects are durable, and whether it moved. */
  onDurable(partition: number, offset: number, hasMoved: boolean): void
}

export interface OwnerStart {
  partition: number
  topicId: string
  state: PartitionState
  manifest: Manifest | undefined
  /** Offset of the first record wanted. */
  position: number
  /** End of the partition when it was assigned; nothing is told before it is reached. */
  catchUpTo: number
  /** The log knows of changes that the state lacks: the store lost what it had acknowledged. */
  isBehindLog: boolean
}

/** What a store lost is made up for within this time, ms: what is told until then may have been told before. */
const mayRepeatMs = minute

/** Another writer holds the partition: what is in memory is void and is loaded again. */
export class PartitionLost extends Error {
  override readonly name: string = 'PartitionLost'
}

/**
 * One partition in memory. Changes are made one at a time and written as one: records to the log, then state and
 * outbox in one commit. While log or store cannot be reached memory runs ahead and is written when they are back.
 */
export class PartitionOwner {
  readonly partition: number
  readonly #options: OwnerOptions
  readonly #topicId: string
  readonly #catchUpTo: number
  /** By alerting's clock, ms. */
  readonly #mayRepeatUntil: number
  #state: PartitionState
  #manifest: Manifest | undefined
  #position: number
  #isLive = false
  #isLost = false
  #needsWrite = false
  readonly #incidents = new Set<string>()
  readonly #brands = new Set<string>()
  #unwritten: NewRecord[] = []
  #turn: Promise<unknown> = Promise.resolve()

  constructor(start: OwnerStart, options: OwnerOptions) {
    this.partition = start.partition
    this.#options = options
    this.#topicId = start.topicId
    this.#catchUpTo = start.catchUpTo
    this.#state = start.state
    this.#manifest = start.manifest
    this.#position = start.position
    this.#mayRepeatUntil = start.isBehindLog ? options.clock.now() + mayRepeatMs : 0
    const draft = new Draft(start.state)
    if (start.isBehindLog) markOutstanding(draft)
    reclaimDeliveries(draft, options.clock.now())
    this.#becomeLive(draft)
    this.#adopt(draft)
  }

  get state(): PartitionState {
    return this.#state
  }

  /** True once the partition was read to its end as of the assignment: people may be told. */
  get isLive(): boolean {
    return this.#isLive && !this.#isLost
  }

  get isLost(): boolean {
    return this.#isLost
  }

  /** True while memory is ahead of the store. */
  get needsWrite(): boolean {
    return this.#needsWrite && !this.#isLost
  }

  /** The partition is no longer ours: nothing is changed or written any more. */
  abandon(): void {
    this.#isLost = true
  }

  /** Takes records into memory, each once; `write` makes them durable. */
  take(records: readonly LogRecord[]): Promise<void> {
    return this.#inTurn(async () => {
      const { telemetry, clock } = this.#options
      const wanted = records.filter((record) => record.offset >= this.#position)
      const last = wanted.at(-1)
      if (!last) return
      const draft = new Draft(this.#state)
      const context = this.#context()
      const dead: NewRecord[] = []
      const facts: (() => void)[] = []
      for (const record of wanted) {
        const outcome = readBreach(record)
        if (outcome.kind === 'deadLetter') {
          dead.push(deadRecord(record, outcome.reason, outcome.detail, clock.now()))
          facts.push(() =>
            telemetry.deadLettered(record.partition, record.offset, outcome.reason, outcome.detail),
          )
        } else if (outcome.kind === 'pass') {
          const reason = applyBreach(draft, outcome.value, record.offset, context)
          facts.push(() =>
            reason === undefined ? telemetry.passed(outcome.value.type) : telemetry.dropped(reason),
          )
        }
      }
      this.#position = last.offset + 1
      this.#becomeLive(draft)
      this.#unwritten.push(...dead)
      this.#adopt(draft)
      this.#needsWrite = true
      telemetry.received(wanted.length)
      for (const fact of facts) fact()
    })
  }

  /**
   * Changes the state and writes it. `isSaved` false: log or store could not be reached, memory alone knows.
   * Rejects with PartitionLost when another writer was there.
   */
  change<T>(apply: (draft: Draft, context: ApplyContext) => T): Promise<{ result: T; isSaved: boolean }> {
    return this.#inTurn(async () => {
      const draft = new Draft(this.#state)
      const result = apply(draft, this.#context())
      this.#adopt(draft)
      try {
        await this.#write()
        return { result, isSaved: true }
      } catch (err) {
        if (!(err instanceof DependencyError && err.retryable)) throw err
        this.#options.telemetry.waiting('state', err)
        return { result, isSaved: false }
      }
    })
  }

  /** Writes what memory is ahead; rejects with DependencyError, or PartitionLost when another writer was there. */
  write(): Promise<void> {
    return this.#inTurn(() => this.#write())
  }

  #context(): ApplyContext {
    const { clock, settings } = this.#options
    const now = clock.now()
    return { now, settings, catchingUp: !this.#isLive, mayRepeat: now < this.#mayRepeatUntil }
  }

  #becomeLive(draft: Draft): void {
    if (this.#isLive || this.#position < this.#catchUpTo) return
    this.#isLive = true
    finishCatchUp(draft, this.#context())
  }

  #adopt(draft: Draft): void {
    const { state, incidents, brands, records } = draft.finish(this.#options.clock.now())
    if (incidents.size + brands.size + records.length > 0) this.#needsWrite = true
    this.#state = state
    for (const id of incidents) this.#incidents.add(id)
    for (const id of brands) this.#brands.add(id)
    for (const record of records) {
      this.#options.telemetry.changed(record)
      this.#unwritten.push({
        topic: 'incidents',
        key: record.brand,
        value: new TextEncoder().encode(JSON.stringify(record)),
      })
    }
  }

  async #write(): Promise<void> {
    if (this.#isLost) throw new PartitionLost(`partition ${this.partition} is no longer ours`)
    if (!this.#needsWrite) return
    const { log, states, clock, telemetry, member, build } = this.#options
    if (this.#unwritten.length > 0) {
      await log.append(this.#unwritten)
      this.#unwritten = []
    }
    const base = this.#manifest
    const puts = new Map<string, Uint8Array>()
    const deletes: string[] = []
    if (base === undefined) puts.set(...encodeMeta(this.#state))
    for (const id of this.#incidents) {
      const incident = this.#state.incidents.get(id)
      if (incident) puts.set(incidentName(id), encodeValue(incident))
      else deletes.push(incidentName(id))
    }
    for (const id of this.#brands) {
      const brand = this.#state.brands.get(id)
      if (brand) puts.set(brandName(id), encodeValue(brand))
    }
    const next: Manifest = {
      topicId: this.#topicId,
      epoch: base?.epoch ?? 0,
      offset: this.#position,
      partitionTime: 0,
      stateVersion,
      build,
      model: '',
      writer: member,
      // Timers and deliveries change the state without moving the offset, so this field tells two manifests apart.
      writtenAt: Math.max(clock.now(), (base?.writtenAt ?? 0) + 1),
    }
    if (!(await states.commit({ partition: this.partition, base, next, puts, deletes }))) {
      this.#isLost = true
      telemetry.conflict(this.partition)
      throw new PartitionLost(`another writer holds partition ${this.partition}`)
    }
    this.#manifest = next
    this.#incidents.clear()
    this.#brands.clear()
    this.#needsWrite = false
    this.#options.onDurable(this.partition, next.offset, next.offset !== base?.offset)
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#turn.then(work)
    this.#turn = next.catch(() => undefined)
    return next
  }
}
