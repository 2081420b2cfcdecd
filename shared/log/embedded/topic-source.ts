import type { Topic } from '../../contracts/index.ts'
import { checkPosition } from '../check-position.ts'
import type { Position } from '../log.ts'
import type { PartitionSource } from '../partition-worker.ts'
import type { TopicLog } from './topic-log.ts'

/** A member's records straight from the topic's files: nothing is read ahead. */
export class TopicSource implements PartitionSource {
  readonly topic: Topic
  readonly compacted: boolean
  readonly #log: TopicLog
  /** Incarnation each partition was begun in. */
  readonly #topicIds = new Map<number, string>()

  constructor(log: TopicLog) {
    this.#log = log
    this.topic = log.topic
    this.compacted = log.compacted
  }

  begin(partition: number, position: Position | undefined): number {
    const next = checkPosition(position, this.topic, this.#log.id, this.#log.bounds(partition))
    this.#topicIds.set(partition, this.#log.id)
    return next
  }

  isReady(partition: number, next: number): boolean {
    return next < this.#log.end(partition) || this.#topicIds.get(partition) !== this.#log.id
  }

  take(partition: number, next: number, maxRecords: number, maxBytes: number) {
    const position = { topicId: this.#topicIds.get(partition) ?? '', offset: next }
    checkPosition(position, this.topic, this.#log.id, this.#log.bounds(partition))
    const end = this.#log.end(partition)
    return { records: this.#log.read(partition, next, end, maxRecords, maxBytes), end }
  }
}
