import { setTimeout as sleep } from 'node:timers/promises'
import { topics as definitions, type Topic } from '../../contracts/index.ts'
import { messageOf } from '../../errors/index.ts'
import { checkOffset, checkPosition } from '../check-position.ts'
import type { LogRecord, Position } from '../log.ts'
import { maxServed, type PartitionSource } from '../partition-worker.ts'
import type { KafkaConnection } from './connection.ts'
import type { DriverLogger } from './kafka-logger.ts'
import type { Offsets } from './offsets.ts'
import { topicChanged } from './range-reader.ts'
import type { TopicTable } from './topic-table.ts'
import { type FetchedPartition, fetchCodes, fetchRequest } from './wire/fetch-request.ts'

/** How long a broker holds a fetch that finds nothing, ms; a partition that begins waits so long at most. */
const maxWaitMs = 250
/** Bytes of one answer and of one partition in it, as stored. */
const maxFetchBytes = 4 * 2 ** 20
const maxPartitionBytes = 512 * 1_024
/** What a record takes in memory beside key and value, bytes. */
const recordOverhead = 200
const firstPauseMs = 100
const longestPauseMs = 3_000

/** What was read ahead of one partition. */
interface Ahead {
  topicId: string
  /** Offset the next fetch asks for. */
  position: number
  records: LogRecord[]
  bytes: number
  /** End of the partition when it was last fetched. */
  end: number
  /** What stops the partition once the records before it are processed. */
  fault: unknown
}

export interface PrefetchOptions {
  topic: Topic
  connection: KafkaConnection
  topics: TopicTable
  offsets: Offsets
  logger: DriverLogger | undefined
  /** Bytes read ahead over all partitions. */
  maxBufferedBytes: number
  onRecords(): void
}

/**
 * Reads ahead the partitions of one member, one fetch at a time from each broker. A partition whose records wait is left
 * out of the fetches until there is room: that is all the back-pressure there is.
 */
export class Prefetch implements PartitionSource {
  readonly topic: Topic
  readonly compacted: boolean
  readonly #options: PrefetchOptions
  readonly #ahead = new Map<number, Ahead>()
  /** Brokers with a fetch under way. */
  readonly #fetching = new Map<number, Promise<void>>()
  /** When a broker that failed is asked again, and the pause after that, ms. */
  readonly #pauses = new Map<number, number>()
  #bufferedBytes = 0
  #wake: (() => void) | undefined
  #closed = false
  readonly #work: Promise<void>

  constructor(options: PrefetchOptions) {
    this.topic = options.topic
    this.compacted = 'compacted' in definitions[options.topic]
    this.#options = options
    this.#work = this.#run()
  }

  async begin(partition: number, position: Position | undefined): Promise<number> {
    const { topics, offsets } = this.#options
    const topicId = await this.#options.connection.retried('asking for topics', async () => {
      await topics.refresh()
      return topics.idOf(this.topic)
    })
    const [bounds] = await offsets.bounds(this.topic, [partition])
    const next = checkPosition(position, this.topic, topicId, bounds ?? { partition, earliest: 0, end: 0 })
    this.release(partition)
    this.#ahead.set(partition, {
      topicId,
      position: next,
      records: [],
      bytes: 0,
      end: next,
      fault: undefined,
    })
    this.#wake?.()
    return next
  }

  isReady(partition: number): boolean {
    const ahead = this.#ahead.get(partition)
    return ahead !== undefined && (ahead.records.length > 0 || ahead.fault !== undefined)
  }

  take(
    partition: number,
    _next: number,
    maxRecords: number,
    maxBytes: number,
  ): { records: LogRecord[]; end: number } {
    const ahead = this.#ahead.get(partition)
    if (!ahead) return { records: [], end: 0 }
    if (ahead.records.length === 0 && ahead.fault !== undefined) throw ahead.fault
    let bytes = 0
    let valueBytes = 0
    let count = 0
    for (const record of ahead.records) {
      const { length } = record.value
      if (count === maxRecords || (count > 0 && valueBytes + length > maxBytes)) break
      valueBytes += length
      bytes += bytesOf(record)
      count += 1
    }
    const records = ahead.records.splice(0, count)
    ahead.bytes -= bytes
    this.#bufferedBytes -= bytes
    this.#wake?.()
    return { records, end: ahead.end }
  }

  seek(partition: number, next: number): void {
    const ahead = this.#ahead.get(partition)
    if (!ahead) return
    this.#bufferedBytes -= ahead.bytes
    this.#ahead.set(partition, { ...ahead, position: next, records: [], bytes: 0, fault: undefined })
    this.#wake?.()
  }

  release(partition: number): void {
    const ahead = this.#ahead.get(partition)
    if (!ahead) return
    this.#bufferedBytes -= ahead.bytes
    this.#ahead.delete(partition)
    this.#wake?.()
  }

  /** Nothing is fetched before some of what was read ahead is processed. */
  isFull(): boolean {
    return this.#bufferedBytes >= this.#options.maxBufferedBytes
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#wake?.()
    await this.#work
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      for (const [leader, wanted] of this.#wantedByLeader()) {
        if (this.#fetching.has(leader)) continue
        const fetching = this.#fetch(leader, wanted).finally(() => {
          this.#fetching.delete(leader)
          this.#wake?.()
        })
        this.#fetching.set(leader, fetching)
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        if (this.#closed) resolve()
      })
    }
    await Promise.all(this.#fetching.values())
  }

  /** Partitions with room, by the broker that leads them; shuffled, so that a full answer leaves out another each time. */
  #wantedByLeader(): Map<number, number[]> {
    const byLeader = new Map<number, number[]>()
    if (this.isFull()) return byLeader
    const share = this.#options.maxBufferedBytes / maxServed
    const wanted = [...this.#ahead].filter(([, { bytes, fault }]) => bytes < share && fault === undefined)
    const turn = Math.floor(Math.random() * wanted.length)
    for (const [partition] of [...wanted.slice(turn), ...wanted.slice(0, turn)]) {
      const leader = this.#options.topics.knownLeader(this.topic, partition)
      byLeader.set(leader, [...(byLeader.get(leader) ?? []), partition])
    }
    return byLeader
  }

  async #fetch(leader: number, partitions: readonly number[]): Promise<void> {
    const { connection, topics, logger } = this.#options
    try {
      // All partitions at work are of the topic's present incarnation, or about to stop.
      const aheads = partitions.flatMap((partition) => this.#ahead.get(partition) ?? [])
      const topicId = aheads[0]?.topicId
      if (leader < 0 || topicId === undefined) throw new Error('no broker leads them')
      const asked = new Map<number, Ahead>()
      for (const partition of partitions) {
        const ahead = this.#ahead.get(partition)
        if (ahead?.topicId === topicId) asked.set(partition, { ...ahead })
      }
      const request = fetchRequest({
        topic: this.topic,
        topicId,
        partitions: [...asked].map(([partition, { position }]) => ({
          partition,
          offset: position,
          maxBytes: maxPartitionBytes,
        })),
        maxWaitMs,
        maxBytes: maxFetchBytes,
      })
      const answer = await connection.at(leader, (broker) => broker.connectionPool.send(request))
      const failed = answer.partitions.filter((fetched) => !this.#keep(fetched, asked.get(fetched.partition)))
      if (failed.length > 0) await this.#explain(failed)
      else this.#pauses.delete(leader)
    } catch (err) {
      logger?.warn({ topic: this.topic, leader, err: messageOf(err) }, 'fetch failed')
      await this.#pause(leader)
      await connection.refresh()
      await topics.refresh().catch(() => undefined)
    }
  }

  /** False: the broker refused the partition. */
  #keep(fetched: FetchedPartition, asked: Ahead | undefined): boolean {
    const ahead = this.#ahead.get(fetched.partition)
    // It was given away, or sought elsewhere, meanwhile.
    if (!ahead || !asked || ahead.position !== asked.position || ahead.topicId !== asked.topicId) return true
    if (fetched.errorCode !== 0) return false
    if (fetched.fault) {
      ahead.fault = fetched.fault
      this.#options.onRecords()
      return true
    }
    ahead.end = fetched.end
    ahead.position = fetched.next
    if (fetched.records.length === 0) return true
    let bytes = 0
    for (const record of fetched.records) bytes += bytesOf(record)
    ahead.records = ahead.records.length === 0 ? fetched.records : ahead.records.concat(fetched.records)
    ahead.bytes += bytes
    this.#bufferedBytes += bytes
    this.#options.onRecords()
    return true
  }

  /** Finds out whether refused partitions are lost to us, or have only moved. Throws to have the broker left alone for a while. */
  async #explain(failed: readonly FetchedPartition[]): Promise<void> {
    const { topics, offsets } = this.#options
    await topics.refresh()
    const current = await topics.idOf(this.topic)
    for (const { partition, errorCode } of failed) {
      const ahead = this.#ahead.get(partition)
      if (!ahead) continue
      if (ahead.topicId !== current) ahead.fault = topicChanged(this.topic, ahead.topicId, current)
      else if (errorCode === fetchCodes.offsetOutOfRange) {
        const [bounds] = await offsets.bounds(this.topic, [partition])
        try {
          if (bounds) checkOffset(ahead.position, this.topic, bounds)
        } catch (err) {
          ahead.fault = err
        }
      }
      if (ahead.fault !== undefined) this.#options.onRecords()
    }
    const rest = failed.filter(({ partition }) => this.#ahead.get(partition)?.fault === undefined)
    if (rest.length > 0) throw new Error(`partitions refused with code ${rest[0]?.errorCode}`)
  }

  async #pause(leader: number): Promise<void> {
    const pauseMs = this.#pauses.get(leader) ?? firstPauseMs
    this.#pauses.set(leader, Math.min(longestPauseMs, pauseMs * 2))
    if (!this.#closed) await sleep(pauseMs * (0.5 + Math.random()))
  }
}

function bytesOf({ key, value }: LogRecord): number {
  return key.length + value.length + recordOverhead
}
