import { partitionCount, type Topic, topicNames } from '../contracts/index.ts'
import { DependencyError } from '../errors/index.ts'
import type { NewRecord } from './log.ts'
import { partitionOf } from './partition-of.ts'

/** What every call on a closed log gets. */
export function closedError(): DependencyError {
  return new DependencyError('closed', 'the log is closed', { retryable: false })
}

/** Throws RangeError for a topic that does not exist. */
export function checkTopic(topic: Topic): Topic {
  if (!topicNames.includes(topic))
    throw new RangeError(`topic: found ${String(topic)}; expected one of ${topicNames.join(', ')}`)
  return topic
}

/** Throws RangeError for a partition that does not exist. */
export function checkPartition(partition: number): number {
  if (Number.isInteger(partition) && partition >= 0 && partition < partitionCount) return partition
  throw new RangeError(
    `partition: found ${partition}; expected a whole number from 0 to ${partitionCount - 1}`,
  )
}

/** The partition a record names, or that of its key. Throws RangeError for one that does not exist. */
export function partitionOfRecord(record: NewRecord): number {
  return record.partition === undefined ? partitionOf(record.key) : checkPartition(record.partition)
}
