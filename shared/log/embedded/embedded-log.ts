import { partitionCount, type Topic, topicNames, topics } from '../../contracts/index.ts'
import { DependencyError, messageOf } from '../../errors/index.ts'
import type { ProcessLock } from '../../process-lock/index.ts'
import { type Clock, day as dayMs } from '../../time/index.ts'
import { checkOffset } from '../check-position.ts'
import { checkPartition, checkTopic, closedError } from '../check-record.ts'
import type {
  Appended,
  GroupPartition,
  Log,
  LogRecord,
  NewRecord,
  PartitionBounds,
  ReadOptions,
  SubscribeOptions,
  Subscription,
} from '../log.ts'
import { Appender } from './appender.ts'
import type { FileCache } from './file-cache.ts'
import { type EmbeddedLogLogger, Groups } from './groups.ts'
import type { MetaFile } from './meta-file.ts'
import { TopicLog } from './topic-log.ts'

/** A range read's batch holds at most so many bytes. */
const maxReadBytes = 32 * 2 ** 20

export interface EmbeddedLogParts {
  id: string
  meta: MetaFile
  files: FileCache
  /** Undefined: read-only. */
  lock: ProcessLock | undefined
  clock: Clock
  retentionDays: Partial<Record<Topic, number>>
  logger: EmbeddedLogLogger | undefined
}

/** The log on LMDB; made by `openEmbeddedLog`. */
export class EmbeddedLog implements Log {
  readonly driver = 'embedded'
  readonly id: string
  readonly #parts: EmbeddedLogParts
  readonly #topics = new Map<Topic, TopicLog>()
  readonly #groups: Groups
  readonly #appender: Appender
  #closing: Promise<void> | undefined
  #closed = false

  constructor(parts: EmbeddedLogParts) {
    this.id = parts.id
    this.#parts = parts
    this.#appender = new Appender((topic, pending) => this.#write(topic, pending))
    this.#groups = new Groups(parts)
  }

  /** Reads the state of every topic, finishes what a crash cut short, compacts, and drops what is past its time. */
  async start(): Promise<void> {
    for (const name of topicNames) {
      const topic = new TopicLog(name, this.#parts.meta, this.#parts.files)
      this.#topics.set(name, topic)
      await topic.deleteLeftovers()
    }
    await this.enforceRetention()
  }

  async append(records: readonly NewRecord[]): Promise<Appended[]> {
    this.#checkOpen()
    this.#checkWritable('append')
    return this.#appender.append(records)
  }

  async topicId(topic: Topic): Promise<string> {
    return this.#topic(topic).id
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    if (this.#closing) throw closedError()
    this.#checkWritable('subscribe')
    return this.#groups.subscribe(options, this.#topic(options.topic))
  }

  async *read(options: ReadOptions): AsyncGenerator<readonly LogRecord[]> {
    const partition = checkPartition(options.partition)
    let topic = this.#topic(options.topic)
    const { id } = topic
    checkOffset(options.from, options.topic, topic.bounds(partition))
    const to = Math.min(options.to ?? topic.end(partition), topic.end(partition))
    for (let at = options.from; at < to; ) {
      topic = this.#topic(options.topic)
      if (topic.id !== id) {
        throw new DependencyError(
          'topic_changed',
          `${options.topic} was made again (${id}, now ${topic.id}) while it was read`,
          {
            retryable: false,
          },
        )
      }
      const records = topic.read(partition, at, to, options.maxBatchRecords ?? 1_000, maxReadBytes)
      const last = records.at(-1)
      if (!last) return
      yield records
      at = last.offset + 1
    }
  }

  async bounds(topic: Topic): Promise<PartitionBounds[]> {
    const log = this.#topic(topic)
    return Array.from({ length: partitionCount }, (_, partition) => log.bounds(partition))
  }

  async offsetAt(topic: Topic, partition: number, timestamp: number): Promise<number> {
    return this.#topic(topic).offsetAt(checkPartition(partition), timestamp)
  }

  async group(group: string, topic: Topic): Promise<GroupPartition[]> {
    this.#checkOpen()
    return this.#groups.partitions(group, checkTopic(topic))
  }

  async enforceRetention(): Promise<void> {
    this.#checkOpen()
    this.#checkWritable('enforceRetention')
    await this.#appender.exclusively(async () => {
      for (const topic of this.#topics.values()) {
        if (topic.compacted) await topic.compact()
        else await topic.dropDays(this.#parts.clock.now(), this.#keptMs(topic.topic))
      }
    })
  }

  /** Deletes every record of a topic and begins again under a new id; whoever has a position in it is refused. */
  async recreateTopic(topic: Topic): Promise<void> {
    this.#checkOpen()
    this.#checkWritable('recreateTopic')
    const log = this.#topic(topic)
    await this.#appender.exclusively(() => log.recreate())
    this.#groups.wake(topic)
  }

  /** Closes the subscriptions, writes what was accepted, and lets go of the folder. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const { meta, files, lock } = this.#parts
    // Batches under way may still append what comes of them.
    await this.#groups.close()
    this.#closed = true
    await this.#appender.close()
    await this.#groups.flush()
    await files.close()
    await meta.close()
    await lock?.release()
  }

  async #write(name: Topic, pending: Parameters<TopicLog['write']>[0]): Promise<Appended[]> {
    const { appended, newDay } = await this.#topic(name, true).write(
      pending,
      Math.floor(this.#parts.clock.now()),
    )
    this.#groups.wake(name)
    if (newDay && !this.#closed) {
      this.enforceRetention().catch((err: unknown) => this.#warn('retention could not be enforced', err))
    }
    return appended
  }

  /** Read-only, another process may have moved the log on, so its state is read afresh. */
  #topic(name: Topic, whileClosing = false): TopicLog {
    if (!whileClosing) this.#checkOpen()
    checkTopic(name)
    const topic = this.#topics.get(name)
    if (topic) return topic
    this.#parts.meta.seeOthers()
    return new TopicLog(name, this.#parts.meta, this.#parts.files)
  }

  #keptMs(topic: Topic): number {
    const definition = topics[topic]
    const days =
      this.#parts.retentionDays[topic] ??
      ('keptDays' in definition ? definition.keptDays : Number.POSITIVE_INFINITY)
    return days * dayMs
  }

  #checkOpen(): void {
    if (this.#closed) throw closedError()
  }

  #checkWritable(call: string): void {
    if (this.#parts.lock) return
    throw new DependencyError(
      'log_locked',
      `${call}: the log was opened read-only; open it for writing in one process`,
      {
        retryable: false,
      },
    )
  }

  #warn(message: string, err: unknown): void {
    this.#parts.logger?.warn({ err: messageOf(err) }, message)
  }
}
