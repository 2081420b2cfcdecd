import { partitionCount, type Topic, topicNames, topics } from '../../contracts/index.ts'
import { DependencyError, messageOf } from '../../errors/index.ts'
import { type Clock, day as dayMs } from '../../time/index.ts'
import { checkOffset } from '../check-position.ts'
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
import { Appender, checkPartition, checkTopic, closedError } from './appender.ts'
import { Commits } from './commits.ts'
import type { FileCache } from './file-cache.ts'
import { Group } from './group.ts'
import { type Hold, livingHolder } from './holder.ts'
import { Member } from './member.ts'
import type { MetaFile } from './meta-file.ts'
import { TopicLog } from './topic-log.ts'

/** A range read's batch holds at most so many bytes. */
const maxReadBytes = 32 * 2 ** 20

/** Where the log reports what nobody waits for. */
export interface EmbeddedLogLogger {
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface EmbeddedLogParts {
  id: string
  meta: MetaFile
  files: FileCache
  /** Undefined: read-only. */
  hold: Hold | undefined
  clock: Clock
  retentionDays: Partial<Record<Topic, number>>
  logger: EmbeddedLogLogger | undefined
}

/** What stands in the meta file of who owns a group's partitions; true only while that holder lives. */
interface OwnersRecord {
  token: string
  owners: (string | null)[]
}

/** The log on LMDB; made by `openEmbeddedLog`. */
export class EmbeddedLog implements Log {
  readonly driver = 'embedded'
  readonly id: string
  readonly #parts: EmbeddedLogParts
  readonly #topics = new Map<Topic, TopicLog>()
  readonly #groups = new Map<string, Group>()
  readonly #subscriptions = new Set<Subscription>()
  readonly #appender: Appender
  readonly #commits: Commits
  #closing: Promise<void> | undefined

  constructor(parts: EmbeddedLogParts) {
    this.id = parts.id
    this.#parts = parts
    this.#appender = new Appender((topic, pending) => this.#write(topic, pending))
    this.#commits = new Commits(parts.meta, (err) => this.#warn('commits could not be written', err))
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
    this.#checkOpen()
    this.#checkWritable('subscribe')
    const log = this.#topic(options.topic)
    const group = this.#group(options.group, options.topic)
    const member = new Member({
      ...options,
      log,
      onStopped: (partition, err) =>
        this.#parts.logger?.error(
          { group: options.group, topic: options.topic, partition, err: messageOf(err) },
          'partition stopped',
        ),
    })
    let closing: Promise<void> | undefined
    const close = async () => {
      this.#subscriptions.delete(subscription)
      await group.leave(member)
      await member.stop()
    }
    const subscription: Subscription = {
      assignment: () => member.assignment(),
      stoppedPartitions: () => member.stoppedPartitions(),
      commit: async (partition, offset) => {
        this.#checkOpen()
        this.#commits.set(options.group, options.topic, checkPartition(partition), offset)
      },
      reassign: (partition) => member.reassign(partition),
      close: () => (closing ??= close()),
    }
    try {
      const joined = group.join(member)
      this.#subscriptions.add(subscription)
      await joined
    } catch (err) {
      await member.stop()
      throw err
    }
    return subscription
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
    const owners = this.#owners(group, checkTopic(topic))
    return Array.from({ length: partitionCount }, (_, partition) => ({
      partition,
      member: owners[partition] ?? undefined,
      committed: this.#commits.get(group, topic, partition),
    }))
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
    this.#wake(topic)
  }

  /** Closes the subscriptions, writes what was accepted, and lets go of the folder. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const { meta, files, hold } = this.#parts
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()))
    await this.#appender.close()
    await this.#commits.flush().catch((err: unknown) => this.#warn('commits could not be written', err))
    await files.close()
    hold?.release()
    await meta.close()
  }

  async #write(name: Topic, pending: Parameters<TopicLog['write']>[0]): Promise<Appended[]> {
    const { appended, newDay } = await this.#topic(name, true).write(
      pending,
      Math.floor(this.#parts.clock.now()),
    )
    this.#wake(name)
    if (newDay && !this.#closing) {
      this.enforceRetention().catch((err: unknown) => this.#warn('retention could not be enforced', err))
    }
    return appended
  }

  #wake(topic: Topic): void {
    for (const group of this.#groups.values()) if (group.topic === topic) group.wake()
  }

  /** Read-only, another process may have moved the log on, so its state is read afresh. */
  #topic(name: Topic, whileClosing = false): TopicLog {
    if (!whileClosing) this.#checkOpen()
    checkTopic(name)
    const topic = this.#topics.get(name)
    return topic ?? new TopicLog(name, this.#parts.meta, this.#parts.files)
  }

  #group(name: string, topic: Topic): Group {
    const key = JSON.stringify([name, topic])
    let group = this.#groups.get(key)
    if (!group) {
      group = new Group(name, topic, (owners) => this.#saveOwners(name, topic, owners))
      this.#groups.set(key, group)
    }
    return group
  }

  /** For `nabiz status` in another process. */
  #saveOwners(group: string, topic: Topic, owners: readonly (string | undefined)[]): void {
    const token = this.#parts.hold?.token ?? ''
    const value: OwnersRecord = { token, owners: owners.map((owner) => owner ?? null) }
    this.#parts.meta
      .write([{ key: ['owners', group, topic], value }])
      .catch((err: unknown) => this.#warn('owners could not be written', err))
  }

  #owners(group: string, topic: Topic): readonly (string | null | undefined)[] {
    if (this.#parts.hold) {
      const live = this.#groups.get(JSON.stringify([group, topic]))
      return Array.from({ length: partitionCount }, (_, partition) => live?.owner(partition))
    }
    const saved = this.#parts.meta.get(['owners', group, topic]) as OwnersRecord | undefined
    return saved && livingHolder(this.#parts.meta)?.token === saved.token ? saved.owners : []
  }

  #keptMs(topic: Topic): number {
    const definition = topics[topic]
    const days =
      this.#parts.retentionDays[topic] ??
      ('keptDays' in definition ? definition.keptDays : Number.POSITIVE_INFINITY)
    return days * dayMs
  }

  #checkOpen(): void {
    if (this.#closing) throw closedError()
  }

  #checkWritable(call: string): void {
    if (this.#parts.hold) return
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
