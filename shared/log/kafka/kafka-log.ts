import type { Kafka } from 'kafkajs'
import type { Topic } from '../../contracts/index.ts'
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
import { KafkaAppender } from './appender.ts'
import { KafkaConnection } from './connection.ts'
import { readGroup } from './group-state.ts'
import type { DriverLogger } from './kafka-logger.ts'
import { subscribeMember } from './member.ts'
import { Offsets } from './offsets.ts'
import { readRange } from './range-reader.ts'
import { TopicTable } from './topic-table.ts'

export interface KafkaLogParts {
  id: string
  kafka: Kafka
  /** For everything but members, which have their own. */
  connection: KafkaConnection
  prefix: string
  sessionTimeoutMs: number
  logger: DriverLogger | undefined
  onFatal(err: unknown): void
}

/** The log on Apache Kafka; made by `openKafkaLog`. */
export class KafkaLog implements Log {
  readonly driver = 'kafka'
  readonly id: string
  readonly #parts: KafkaLogParts
  readonly #topics: TopicTable
  readonly #offsets: Offsets
  readonly #appender: KafkaAppender
  readonly #subscriptions = new Set<Subscription>()
  #closing: Promise<void> | undefined
  #closed = false

  constructor(parts: KafkaLogParts) {
    this.id = parts.id
    this.#parts = parts
    this.#topics = new TopicTable(parts.connection, parts.prefix)
    this.#offsets = new Offsets(parts.connection, this.#topics)
    this.#appender = new KafkaAppender({
      kafka: parts.kafka,
      nameOf: (topic) => this.#topics.nameOf(topic),
      leaders: {
        of: (topic, partition) => this.#topics.knownLeader(topic, partition),
        refresh: () => this.#topics.refresh(),
      },
      logger: parts.logger,
    })
  }

  async append(records: readonly NewRecord[]): Promise<Appended[]> {
    this.#checkOpen()
    return this.#appender.append(records)
  }

  async topicId(topic: Topic): Promise<string> {
    this.#checkOpen()
    checkTopic(topic)
    return this.#parts.connection.retried('asking for topics', async () => {
      await this.#topics.refresh()
      return this.#topics.idOf(topic)
    })
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    if (this.#closing) throw closedError()
    checkTopic(options.topic)
    const { kafka, prefix, sessionTimeoutMs, logger, onFatal } = this.#parts
    const subscription = await subscribeMember({
      ...options,
      connection: new KafkaConnection(kafka),
      prefix,
      sessionTimeoutMs,
      logger,
      onFatal,
      onStarted: (started) => this.#subscriptions.add(started),
      onClosed: (closed) => this.#subscriptions.delete(closed),
    })
    if (this.#closing) throw closedError()
    return subscription
  }

  async *read(options: ReadOptions): AsyncGenerator<readonly LogRecord[]> {
    this.#checkOpen()
    checkTopic(options.topic)
    checkPartition(options.partition)
    const parts = { connection: this.#parts.connection, topics: this.#topics, offsets: this.#offsets }
    for await (const records of readRange(parts, options)) {
      yield records
      this.#checkOpen()
    }
  }

  async bounds(topic: Topic): Promise<PartitionBounds[]> {
    this.#checkOpen()
    return this.#offsets.bounds(checkTopic(topic))
  }

  async offsetAt(topic: Topic, partition: number, timestamp: number): Promise<number> {
    this.#checkOpen()
    const [bounds] = await this.#offsets.bounds(checkTopic(topic), [checkPartition(partition)])
    return (await this.#offsets.at(topic, partition, timestamp)) ?? bounds?.end ?? 0
  }

  async group(group: string, topic: Topic): Promise<GroupPartition[]> {
    this.#checkOpen()
    const { connection, prefix } = this.#parts
    return readGroup(connection, `${prefix}${group}`, this.#topics.nameOf(checkTopic(topic)))
  }

  /** The brokers do so by themselves. */
  async enforceRetention(): Promise<void> {
    this.#checkOpen()
  }

  /** Closes the subscriptions, writes what was accepted, and lets go of every connection. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    // Batches under way may still append what comes of them.
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()))
    this.#closed = true
    await this.#appender.close()
    await this.#parts.connection.close()
  }

  #checkOpen(): void {
    if (this.#closed) throw closedError()
  }
}
