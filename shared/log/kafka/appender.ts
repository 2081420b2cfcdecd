import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { CompressionTypes, type Kafka, type Message, Partitioners, type Producer } from 'kafkajs'
import type { Topic } from '../../contracts/index.ts'
import { DependencyError, messageOf } from '../../errors/index.ts'
import { checkTopic, closedError, partitionOfRecord } from '../check-record.ts'
import type { Appended, NewRecord } from '../log.ts'
import { mayHelpSoon } from './connection.ts'
import { kafkaError } from './kafka-error.ts'
import type { DriverLogger } from './kafka-logger.ts'

/** Bounds of one produce call: kafkajs' cost grows faster than the batch, and the broker refuses one above 1 MB. */
const maxRecords = 1_000
const maxBytes = 900_000
/** What a record takes beside its key and value, bytes, at most. */
const recordOverhead = 64
/** Calls that wait may hold so much before new ones are refused, bytes. */
const maxWaitingBytes = 256 * 2 ** 20
/** How long a batch is tried again, ms, and the pause between two calls; with brokers that answer nothing, longer. */
const tryForMs = 10_000
const pauseMs = 300

interface Call {
  appended: Appended[]
  left: number
  resolve(appended: Appended[]): void
  reject(err: unknown): void
  failed: boolean
}

/** A record on its way to a partition. */
interface Placed {
  topic: Topic
  key: string
  value: Buffer
  partition: number
  bytes: number
}

interface Waiting extends Placed {
  /** Place in its call's answer. */
  index: number
  call: Call
}

export interface AppenderOptions {
  kafka: Kafka
  nameOf(topic: Topic): string
  leaders: {
    /** Broker that leads a partition, as last heard; -1: unknown. */
    of(topic: Topic, partition: number): number
    refresh(): Promise<void>
  }
  logger: DriverLogger | undefined
}

/**
 * Gathers the records of all callers into one produce call at a time, its retries included: with several idempotent ones
 * in flight kafkajs gives a sequence number out twice when a connection breaks, and a record that was acknowledged is
 * lost. After a call that failed for good the producer is thrown away, as nobody knows what became of its numbers.
 */
export class KafkaAppender {
  readonly #options: AppenderOptions
  #producer: Promise<Producer> | undefined
  readonly #waiting: Waiting[] = []
  #waitingBytes = 0
  #running: Promise<void> | undefined
  #closed = false

  constructor(options: AppenderOptions) {
    this.#options = options
  }

  /** Throws RangeError for records that can never be appended, DependencyError for a fault of the cluster. */
  async append(records: readonly NewRecord[]): Promise<Appended[]> {
    if (this.#closed) throw closedError()
    if (records.length === 0) return []
    const placed = records.map(place)
    if (this.#waitingBytes > maxWaitingBytes) {
      throw new DependencyError(
        'log_unavailable',
        `Kafka: ${this.#waitingBytes} bytes wait to be written already`,
        {
          retryable: true,
        },
      )
    }
    return new Promise((resolve, reject) => {
      const call: Call = { appended: [], left: records.length, resolve, reject, failed: false }
      for (const [index, one] of placed.entries()) {
        this.#waiting.push({ ...one, index, call })
        this.#waitingBytes += one.bytes
      }
      this.#start()
    })
  }

  /** Writes what waits, then lets go of the producer. */
  async close(): Promise<void> {
    this.#closed = true
    while (this.#running) await this.#running
    await this.#discard()
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
      // Whoever came after the last look and before this found it running.
      if (this.#waiting.length > 0) this.#start()
    })
  }

  async #run(): Promise<void> {
    // One turn for callers of the same moment to join the first call.
    await nextTurn()
    while (this.#waiting.length > 0) {
      const batch = this.#nextBatch()
      try {
        await this.#produce(batch)
      } catch (err) {
        const failure = kafkaError(err, 'appending')
        this.#options.logger?.warn({ records: batch.length, err: messageOf(failure) }, 'append failed')
        for (const { call } of batch) fail(call, failure)
        await this.#discard()
      }
    }
  }

  #nextBatch(): Waiting[] {
    let bytes = 0
    let count = 0
    for (const waiting of this.#waiting) {
      if (count === maxRecords || (count > 0 && bytes + waiting.bytes > maxBytes)) break
      bytes += waiting.bytes
      count += 1
    }
    this.#waitingBytes -= bytes
    // What is left of a call that failed is not written: its caller was told, and begins again with all of it.
    return this.#waiting.splice(0, count).filter(({ call }) => !call.failed)
  }

  /**
   * One call to each broker, side by side: of a call to several kafkajs sends again, with new numbers, what one broker took
   * when another failed. What failed is tried again by us with the same numbers, as they are given by partition.
   */
  async #produce(batch: readonly Waiting[]): Promise<void> {
    const deadline = performance.now() + tryForMs
    for (let left = batch; left.length > 0; ) {
      const ends = await Promise.all((await this.#byLeader(left)).map((group) => this.#sendGroup(group)))
      const still = ends.flatMap(({ rest }) => rest)
      const failed = ends.find(({ err }) => err !== undefined)
      if (failed) {
        if (!mayHelpSoon(failed.err) || performance.now() > deadline) throw failed.err
        await sleep(pauseMs)
        await this.#options.leaders.refresh().catch(() => undefined)
      } else if (still.length === left.length) throw new Error('no partition was acknowledged')
      left = still
    }
  }

  /** What is left of a group: all of it after a failure, or what kafkajs left out of its answer without one. */
  async #sendGroup(group: readonly Waiting[]): Promise<{ rest: readonly Waiting[]; err?: unknown }> {
    try {
      const acknowledged = await this.#send(group)
      settle(group, acknowledged)
      return { rest: group.filter(({ topic, partition }) => !acknowledged.has(placeOf(topic, partition))) }
    } catch (err) {
      return { rest: group, err }
    }
  }

  async #byLeader(batch: readonly Waiting[]): Promise<Waiting[][]> {
    const { leaders } = this.#options
    if (batch.some(({ topic, partition }) => leaders.of(topic, partition) < 0))
      await leaders.refresh().catch(() => undefined)
    const groups = new Map<number, Waiting[]>()
    for (const one of batch) {
      const leader = leaders.of(one.topic, one.partition)
      const group = groups.get(leader) ?? []
      groups.set(leader, group)
      group.push(one)
    }
    return [...groups.values()]
  }

  /** Where the first record of each partition stands, by `placeOf`. */
  async #send(batch: readonly Waiting[]): Promise<Map<string, Appended>> {
    const topics = new Map<Topic, Message[]>()
    for (const { topic, key, value, partition } of batch) {
      const messages = topics.get(topic) ?? []
      topics.set(topic, messages)
      messages.push({ key, value, partition })
    }
    const producer = await this.#connected()
    const sentAt = Date.now()
    const answers = await producer.sendBatch({
      acks: -1,
      compression: CompressionTypes.GZIP,
      topicMessages: [...topics].map(([topic, messages]) => ({
        topic: this.#options.nameOf(topic),
        messages,
      })),
    })
    const acknowledged = new Map<string, Appended>()
    for (const topic of topics.keys()) {
      const name = this.#options.nameOf(topic)
      for (const { topicName, partition, baseOffset, logAppendTime } of answers) {
        if (topicName !== name || baseOffset === undefined) continue
        const appendedAt = Number(logAppendTime ?? -1)
        // A cluster that was accepted with times of its writers gives none.
        const timestamp = appendedAt >= 0 ? appendedAt : sentAt
        acknowledged.set(placeOf(topic, partition), { partition, offset: Number(baseOffset), timestamp })
      }
    }
    return acknowledged
  }

  #connected(): Promise<Producer> {
    this.#producer ??= this.#connect().catch((err: unknown) => {
      this.#producer = undefined
      throw err
    })
    return this.#producer
  }

  async #connect(): Promise<Producer> {
    const producer = this.#options.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    })
    try {
      await producer.connect()
      return producer
    } catch (err) {
      await producer.disconnect().catch(() => undefined)
      throw err
    }
  }

  async #discard(): Promise<void> {
    const producer = await this.#producer?.catch(() => undefined)
    this.#producer = undefined
    await producer?.disconnect().catch(() => undefined)
  }
}

function placeOf(topic: Topic, partition: number): string {
  return `${topic}/${partition}`
}

/** Tells the calls whose partitions were acknowledged where their records stand. */
function settle(batch: readonly Waiting[], acknowledged: ReadonlyMap<string, Appended>): void {
  const taken = new Map<string, number>()
  for (const { topic, partition, index, call } of batch) {
    const place = placeOf(topic, partition)
    const first = acknowledged.get(place)
    if (!first) continue
    const before = taken.get(place) ?? 0
    taken.set(place, before + 1)
    call.appended[index] = { ...first, offset: first.offset + before }
    call.left -= 1
    if (call.left === 0 && !call.failed) call.resolve(call.appended)
  }
}

function fail(call: Call, err: unknown): void {
  call.failed = true
  call.reject(err)
}

/** Where a record goes; throws RangeError for one that no log takes. */
function place(record: NewRecord): Placed {
  checkTopic(record.topic)
  const bytes = bytesOf(record)
  if (bytes > maxBytes)
    throw new RangeError(
      `value: found ${record.value.length} bytes; expected at most ${maxBytes} with its key`,
    )
  // The caller may change the value once it has called.
  const value = Buffer.from(record.value)
  return { topic: record.topic, key: record.key, value, partition: partitionOfRecord(record), bytes }
}

function bytesOf({ key, value }: NewRecord): number {
  // Three bytes a character at most.
  return key.length * 3 + value.length + recordOverhead
}
