import { partitionCount, type Topic } from '../../contracts/index.ts'
import { messageOf } from '../../errors/index.ts'
import { livingHolder, type ProcessLock } from '../../process-lock/index.ts'
import { checkPartition, closedError } from '../check-record.ts'
import type { GroupPartition, SubscribeOptions, Subscription } from '../log.ts'
import { Commits } from './commits.ts'
import { Group } from './group.ts'
import { Member } from './member.ts'
import type { MetaFile } from './meta-file.ts'
import type { TopicLog } from './topic-log.ts'
import { TopicSource } from './topic-source.ts'

/** Where the log reports what nobody waits for. */
export interface EmbeddedLogLogger {
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface GroupsOptions {
  meta: MetaFile
  /** Undefined: read-only; then the owners are those the holder wrote down. */
  lock: ProcessLock | undefined
  logger: EmbeddedLogLogger | undefined
}

/** What stands in the meta file of who owns a group's partitions; true only while that holder lives. */
interface OwnersRecord {
  token: string
  owners: (string | null)[]
}

/** All groups of a log: their members, and what they committed. */
export class Groups {
  readonly #options: GroupsOptions
  readonly #groups = new Map<string, Group>()
  readonly #subscriptions = new Set<Subscription>()
  readonly #commits: Commits
  #closed = false

  constructor(options: GroupsOptions) {
    this.#options = options
    this.#commits = new Commits(options.meta, (err) => this.#warn('commits could not be written', err))
  }

  /** Resolves when the member has its partitions. */
  async subscribe(options: SubscribeOptions, log: TopicLog): Promise<Subscription> {
    const group = this.#group(options.group, options.topic)
    const member = new Member(options.member, {
      source: new TopicSource(log),
      handler: options.handler,
      maxBatchRecords: options.maxBatchRecords,
      maxBufferedBytes: options.maxBufferedBytes,
      onStopped: (partition, err) =>
        this.#options.logger?.error(
          { group: options.group, topic: options.topic, partition, err: messageOf(err) },
          'partition stopped',
        ),
    })
    let closing: Promise<void> | undefined
    const close = async () => {
      await group.leave(member)
      await member.stop()
      this.#subscriptions.delete(subscription)
    }
    const subscription: Subscription = {
      assignment: () => member.assignment(),
      stoppedPartitions: () => member.stoppedPartitions(),
      commit: async (partition, offset) => {
        if (this.#closed) throw closedError()
        this.#commits.set(options.group, options.topic, checkPartition(partition), offset)
      },
      reassign: (partition) => member.reassign(partition),
      close: () => {
        closing ??= close()
        return closing
      },
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

  /** New records are in a topic, or it was made again. */
  wake(topic: Topic): void {
    for (const group of this.#groups.values()) if (group.topic === topic) group.wake()
  }

  async partitions(group: string, topic: Topic): Promise<GroupPartition[]> {
    if (!this.#options.lock) this.#options.meta.seeOthers()
    const owners = await this.#owners(group, topic)
    return Array.from({ length: partitionCount }, (_, partition) => ({
      partition,
      member: owners[partition] ?? undefined,
      committed: this.#commits.get(group, topic, partition),
    }))
  }

  /** Closes every subscription; members may append and commit until the last is closed. */
  async close(): Promise<void> {
    await Promise.all([...this.#subscriptions].map((subscription) => subscription.close()))
    this.#closed = true
  }

  /** Writes what was committed; a failure is reported, as lag monitors alone go by it. */
  async flush(): Promise<void> {
    await this.#commits.flush().catch((err: unknown) => this.#warn('commits could not be written', err))
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
    const token = this.#options.lock?.token ?? ''
    const value: OwnersRecord = { token, owners: owners.map((owner) => owner ?? null) }
    this.#options.meta
      .write([{ key: ['owners', group, topic], value }])
      .catch((err: unknown) => this.#warn('owners could not be written', err))
  }

  async #owners(group: string, topic: Topic): Promise<readonly (string | null | undefined)[]> {
    if (this.#options.lock) {
      const live = this.#groups.get(JSON.stringify([group, topic]))
      return Array.from({ length: partitionCount }, (_, partition) => live?.owner(partition))
    }
    const saved = this.#options.meta.get(['owners', group, topic]) as OwnersRecord | undefined
    if (!saved) return []
    return (await livingHolder(this.#options.meta.folder))?.token === saved.token ? saved.owners : []
  }

  #warn(message: string, err: unknown): void {
    this.#options.logger?.warn({ err: messageOf(err) }, message)
  }
}
