import type { Topic } from '../contracts/index.ts'
import { DependencyError } from '../errors/index.ts'
import type { PartitionBounds, Position } from './log.ts'

/**
 * Offset a member begins at; no position begins at the earliest record. Throws DependencyError `topic_changed` or
 * `offset_out_of_range`, each naming both sides and the way out: nothing resets by itself.
 */
export function checkPosition(
  position: Position | undefined,
  topic: Topic,
  topicId: string,
  bounds: PartitionBounds,
): number {
  if (position === undefined) return bounds.earliest
  if (position.topicId !== topicId) {
    throw new DependencyError(
      'topic_changed',
      `${topic}/${bounds.partition}: the position belongs to topic id ${position.topicId}, the log's topic has id ${topicId}. ` +
        'Either open the log the state was made from, or drop the state of this partition and begin again',
      { retryable: false },
    )
  }
  checkOffset(position.offset, topic, bounds)
  return position.offset
}

/** Throws DependencyError `offset_out_of_range` unless the offset lies in [earliest, end]. */
export function checkOffset(offset: number, topic: Topic, bounds: PartitionBounds): void {
  if (Number.isSafeInteger(offset) && offset >= bounds.earliest && offset <= bounds.end) return
  const side = offset > bounds.end ? 'the log lost its tail or is another one' : 'retention has passed it'
  throw new DependencyError(
    'offset_out_of_range',
    `${topic}/${bounds.partition}: offset ${offset} lies outside the log, which holds ${bounds.earliest} to ${bounds.end} (${side}). ` +
      'Restore the log, or rewind the state of this partition to an offset the log holds',
    { retryable: false },
  )
}
