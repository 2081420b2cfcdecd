import type { Topic } from '../../contracts/index.ts'
import { DependencyError, messageOf } from '../../errors/index.ts'
import { checkPartition, closedError } from '../check-record.ts'
import type { SubscribeOptions, Subscription } from '../log.ts'
import { defaultBufferedBytes, PartitionWorker } from '../partition-worker.ts'
import { Commits } from './commits.ts'
import type { KafkaConnection } from './connection.ts'
import type { DriverLogger } from './kafka-logger.ts'
import { Membership } from './membership.ts'
import { Offsets } from './offsets.ts'
import { Prefetch } from './prefetch.ts'
import { watchStandstill } from './standstill.ts'
import { TopicTable } from './topic-table.ts'

export interface MemberOptions extends SubscribeOptions {
  topic: Topic
  /** Connections of this member's own: a join holds one up until everyone has joined. */
  connection: KafkaConnection
  prefix: string
  sessionTimeoutMs: number
  logger: DriverLogger | undefined
  /** The member cannot go on: the process must end, so that others take its partitions. */
  onFatal(err: unknown): void
  /** Told before the group has let it in, so that it can be closed meanwhile. */
  onStarted(subscription: Subscription): void
  onClosed(subscription: Subscription): void
}

/** Joins a group and works on what it is given; resolves when the group has given it something, or nothing. */
export async function subscribeMember(options: MemberOptions): Promise<Subscription> {
  const { group, topic, connection, prefix, logger } = options
  let closing: Promise<void> | undefined
  const topics = new TopicTable(connection, prefix)
  const offsets = new Offsets(connection, topics)
  const prefetch = new Prefetch({
    topic,
    connection,
    topics,
    offsets,
    logger,
    maxBufferedBytes: options.maxBufferedBytes ?? defaultBufferedBytes,
    onRecords: () => worker.wake(),
  })
  const worker: PartitionWorker = new PartitionWorker({
    source: prefetch,
    handler: options.handler,
    maxBatchRecords: options.maxBatchRecords,
    maxBufferedBytes: options.maxBufferedBytes,
    onStopped: (partition, err) =>
      logger?.error({ group, topic, partition, err: messageOf(err) }, 'partition stopped'),
  })
  const membership: Membership = new Membership({
    connection,
    groupId: `${prefix}${group}`,
    topic: topics.nameOf(topic),
    member: options.member,
    sessionTimeoutMs: options.sessionTimeoutMs,
    logger,
    owned: () => worker.assignment(),
    async onAssigned(partitions) {
      const lost = worker.assignment().filter((partition) => !partitions.includes(partition))
      await Promise.all(lost.map((partition) => worker.revoke(partition)))
      if (closing || membership.isLost) return lost.length > 0
      const owned = new Set(worker.assignment())
      for (const partition of partitions) if (!owned.has(partition)) worker.assign(partition)
      return lost.length > 0
    },
    async onLost() {
      await Promise.all(worker.assignment().map((partition) => worker.revoke(partition)))
    },
    onFatal: options.onFatal,
  })
  const stopWatching = watchStandstill({
    waiting: () => (prefetch.isFull() ? new Map() : worker.waiting()),
    ends: async (partitions) => offsets.bounds(topic, partitions),
    onStandstill: (partition, next, end) =>
      options.onFatal(
        new DependencyError(
          'log_unavailable',
          `${topic}/${partition}: nothing came at offset ${next} for a minute, though the log goes to ${end}`,
          { retryable: false },
        ),
      ),
  })

  const commits = new Commits((dirty) => membership.commit(dirty))
  async function close(): Promise<void> {
    stopWatching()
    await membership.stop()
    await membership.beatingWhile(
      Promise.all(worker.assignment().map((partition) => worker.revoke(partition))),
    )
    await worker.stop()
    await commits.settled()
    await membership.leave()
    await prefetch.close()
    await connection.close()
    options.onClosed(subscription)
  }

  const subscription: Subscription = {
    assignment: () => worker.assignment(),
    stoppedPartitions: () => worker.stoppedPartitions(),
    async commit(partition, offset) {
      if (closing && !commits.isOpen) throw closedError()
      await commits.set(checkPartition(partition), offset)
    },
    reassign: (partition) => worker.reassign(partition),
    close() {
      closing ??= close()
      return closing
    },
  }
  options.onStarted(subscription)
  await membership.joined()
  return subscription
}
