import type { Topic } from '../contracts/index.ts'

/** A record to append. `partition` defaults to `partitionOf(key)`; heartbeats name theirs. */
export interface NewRecord {
  topic: Topic
  key: string
  value: Uint8Array
  partition?: number
}

/** A record as it stands in the log. */
export interface LogRecord {
  topic: Topic
  partition: number
  /** Position in the partition; grows, but need not be dense (retention, compaction). */
  offset: number
  /** Given by the log on append, ms. Never decreases within a partition. */
  timestamp: number
  key: string
  value: Uint8Array
}

/** Where an acknowledged record stands. */
export interface Appended {
  partition: number
  offset: number
  timestamp: number
}

/** First offset still kept, and the offset the next record will get. */
export interface PartitionBounds {
  partition: number
  earliest: number
  end: number
}

/** Records of one partition in order, beginning where the last batch ended. */
export interface Batch {
  topic: Topic
  partition: number
  records: readonly LogRecord[]
  /** End of the partition when the batch was read: the lag is `end - (last offset + 1)`. */
  end: number
}

/**
 * Where a member stands in a partition. `topicId` is the incarnation the offset belongs to; a topic that was
 * deleted and made again has another, and the partition is refused.
 */
export interface Position {
  topicId: string
  /** Offset of the first record wanted. */
  offset: number
}

/** What a member does with the partitions it is given. The driver calls one at a time per partition. */
export interface PartitionHandler {
  /**
   * The member now owns the partition. Returns where to begin; undefined begins at the earliest record.
   * The group's committed offset is never used for that.
   */
  assigned(partition: number): Promise<Position | undefined>
  /** Rejecting makes the driver present the same batch again, three tries in all; then the partition stops. */
  process(batch: Batch, signal: AbortSignal): Promise<void>
  /** The member no longer owns the partition; it must not write for it any more. */
  revoked(partition: number): Promise<void>
  /** The partition stopped: loud. Others go on. */
  stopped?(partition: number, err: unknown): void
}

export interface SubscribeOptions {
  group: string
  topic: Topic
  /** Stable name of this member (host or pod), so that a restart gets the same partitions back. */
  member: string
  handler: PartitionHandler
  /** Upper bound of a batch, records; default 1,000. */
  maxBatchRecords?: number
  /** Upper bound of what is read ahead and not yet processed, bytes over all partitions; default 32 MiB. */
  maxBufferedBytes?: number
}

/** A member of a group at work. */
export interface Subscription {
  /** Partitions this member owns now, ascending. */
  assignment(): number[]
  /** Partitions that stopped after their tries, with the error's message. */
  stoppedPartitions(): ReadonlyMap<number, string>
  /** For lag monitors alone: the offset after the last record whose effects are durable. */
  commit(partition: number, offset: number): Promise<void>
  /**
   * Has the member read the partition again from where `assigned` says, after its memory was dropped
   * (a refused commit). The batch under way must have been given up.
   */
  reassign(partition: number): void
  /** Lets the batches under way finish, calls `revoked` for each partition, leaves the group. */
  close(): Promise<void>
}

export interface ReadOptions {
  topic: Topic
  partition: number
  /** First offset wanted; must lie within the bounds, or `offset_out_of_range`. */
  from: number
  /** Offset to stop before; default the end as it stands when reading begins. */
  to?: number
  maxBatchRecords?: number
}

/** Owner and committed offset of each partition of a group, for `nabiz status`. */
export interface GroupPartition {
  partition: number
  member: string | undefined
  committed: number | undefined
}

/**
 * The stream port. Same promises on every driver: order per partition, appended means durable, at least once.
 * Errors are DependencyError with codes log_unavailable, log_full, log_locked, log_mismatch, offset_out_of_range,
 * topic_changed, log_corrupt, closed.
 */
export interface Log {
  readonly driver: 'embedded' | 'kafka'
  /** Identity of the whole log, made when it was. */
  readonly id: string
  /** Resolves when every record is durable; the results stand in the order of the records. All or none per call is NOT promised. */
  append(records: readonly NewRecord[]): Promise<Appended[]>
  /** Id of the topic's incarnation. */
  topicId(topic: Topic): Promise<string>
  subscribe(options: SubscribeOptions): Promise<Subscription>
  /** Range read outside any group; leaves nothing behind. */
  read(options: ReadOptions): AsyncIterable<readonly LogRecord[]>
  bounds(topic: Topic): Promise<PartitionBounds[]>
  /** Smallest offset whose timestamp is at or after `timestamp`; the end if there is none. */
  offsetAt(topic: Topic, partition: number, timestamp: number): Promise<number>
  group(group: string, topic: Topic): Promise<GroupPartition[]>
  /** Deletes what is past its retention; live drivers also do so by themselves. */
  enforceRetention(): Promise<void>
  close(): Promise<void>
}
