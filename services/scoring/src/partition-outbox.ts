import type { DeadLetterReason, DeadMention, Mention } from '@nabiz/shared/contracts'
import { DependencyError } from '@nabiz/shared/errors'
import type { Log, LogRecord, NewRecord } from '@nabiz/shared/log'
import { untilReachable } from '@nabiz/shared/pipeline'
import { removeSample, writeSamples } from '@nabiz/shared/samples'
import type { Store } from '@nabiz/shared/store'
import type { Clock } from '@nabiz/shared/time'
import type { Emission } from './engine/index.ts'
import { readRecord } from './steps/read-record.ts'
import type { ScoringTelemetry } from './telemetry.ts'

/** Bytes of an unreadable record that are kept. */
const keptPayloadBytes = 65_536

export interface OutboxOptions {
  log: Log
  store: Store
  clock: Clock
  random: () => number
  telemetry: ScoringTelemetry
  /** Completes what was emitted before it is written; called again for what was not, it changes nothing more. */
  complete(emissions: readonly Emission[], signal: AbortSignal): Promise<void>
}

/** What a partition's records brought about and is not yet in log and store, in order. */
export class PartitionOutbox {
  readonly #partition: number
  readonly #options: OutboxOptions
  /** In order; an emission becomes a record when it is complete. */
  #records: (NewRecord | Emission)[] = []
  #emissions: Emission[] = []
  #deleted: Mention[] = []

  constructor(partition: number, options: OutboxOptions) {
    this.#partition = partition
    this.#options = options
  }

  emit(emission: Emission): void {
    this.#emissions.push(emission)
    this.#records.push(emission)
  }

  /** An unreadable record, for `mentions.dead`. `now`: scoring's clock, ms. */
  bury(record: LogRecord, reason: DeadLetterReason, detail: string, now: number): void {
    const source = `mentions/${this.#partition}`
    const dead: DeadMention = {
      v: 1,
      source,
      reason,
      detail,
      receivedAt: now,
      payload: Buffer.from(record.value.subarray(0, keptPayloadBytes)).toString('base64'),
      payloadBytes: record.value.length,
      position: `offset ${record.offset}`,
    }
    this.#records.push(toRecord('mentions.dead', source, dead))
  }

  /** The platform took the mention back: its text must go wherever it stands. */
  removeSampleOf(mention: Mention): void {
    this.#deleted.push(mention)
  }

  /** Samples and removals into the store, emissions into the log; what stands leaves memory only once it is written. */
  async write(signal: AbortSignal): Promise<void> {
    const { log, store, telemetry, complete } = this.#options
    if (this.#records.length > 0) {
      await complete(this.#emissions, signal)
      await this.#writeSamples(signal)
      const records = this.#records.map((one) =>
        'brand' in one ? toRecord(one.topic, one.brand, one.value) : one,
      )
      await this.#reach('log', () => log.append(records), signal)
      this.#records = []
      telemetry.emitted(this.#emissions)
      this.#emissions = []
    }
    for (let mention = this.#deleted.at(-1); mention; mention = this.#deleted.at(-1)) {
      const { platform, id } = mention
      await this.#reach('store', () => removeSample(store, platform, id), signal)
      this.#deleted.pop()
    }
  }

  /** The texts of a breach's samples, read back from the log by their offsets. */
  async #writeSamples(signal: AbortSignal): Promise<void> {
    const { log, store } = this.#options
    for (const emission of this.#emissions) {
      if (emission.topic !== 'breaches') continue
      for (const { platform, id, offset } of emission.samples) {
        const mention = await this.#reach('log', () => this.#readMention(log, offset), signal)
        if (!mention || mention.visibility === 'private') continue
        const { text, permalink } = mention
        const sample = {
          platform,
          id,
          text,
          private: false,
          ...(permalink === undefined ? {} : { permalink }),
        }
        await this.#reach('store', () => writeSamples(store, [sample]), signal)
      }
    }
  }

  async #readMention(log: Log, offset: number): Promise<Mention | undefined> {
    const range = { topic: 'mentions', partition: this.#partition, from: offset, to: offset + 1 } as const
    try {
      for await (const records of log.read(range)) {
        const value = records[0] && readRecord(records[0].value)
        if (value?.kind === 'pass' && value.value.type === 'mention') return value.value
      }
    } catch (err) {
      // Retention has passed it: the page goes without this text.
      if (!(err instanceof DependencyError && err.code === 'offset_out_of_range')) throw err
    }
    return undefined
  }

  #reach<T>(what: string, call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    const { clock, random, telemetry } = this.#options
    return untilReachable(call, { clock, random, signal, onWait: (err) => telemetry.waiting(what, err) })
  }
}

function toRecord(topic: NewRecord['topic'], key: string, value: unknown): NewRecord {
  return { topic, key, value: Buffer.from(JSON.stringify(value), 'utf8') }
}
