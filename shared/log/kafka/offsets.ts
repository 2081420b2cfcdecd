import { setImmediate as nextTurn } from 'node:timers/promises'
import { partitionCount, type Topic } from '../../contracts/index.ts'
import type { PartitionBounds } from '../log.ts'
import type { KafkaConnection } from './connection.ts'
import type { TopicTable } from './topic-table.ts'

/** Kafka's words for the first offset kept and for the next to be given, in place of a time. */
const earliestOffset = -2
const latestOffset = -1

/** Where partitions begin and end, as their leaders say. Every call throws DependencyError. */
export class Offsets {
  readonly #connection: KafkaConnection
  readonly #topics: TopicTable
  readonly #gathering = new Map<
    Topic,
    { wanted: Set<number>; answer: Promise<Map<number, PartitionBounds>> }
  >()

  constructor(connection: KafkaConnection, topics: TopicTable) {
    this.#connection = connection
    this.#topics = topics
  }

  /** Callers of one turn share the questions: members begin with all their partitions at once. */
  async bounds(topic: Topic, partitions: readonly number[] = allPartitions): Promise<PartitionBounds[]> {
    let gathering = this.#gathering.get(topic)
    if (!gathering) {
      const wanted = new Set<number>()
      const answer = nextTurn().then(() => {
        this.#gathering.delete(topic)
        return this.#ask(topic, [...wanted])
      })
      gathering = { wanted, answer }
      this.#gathering.set(topic, gathering)
    }
    for (const partition of partitions) gathering.wanted.add(partition)
    const answer = await gathering.answer
    return partitions.flatMap((partition) => answer.get(partition) ?? [])
  }

  async #ask(topic: Topic, partitions: readonly number[]): Promise<Map<number, PartitionBounds>> {
    const [first, end] = await Promise.all([
      this.#list(topic, partitions, earliestOffset),
      this.#list(topic, partitions, latestOffset),
    ])
    return new Map(
      partitions.map((partition) => {
        const earliest = first.get(partition) ?? 0
        return [partition, { partition, earliest, end: Math.max(earliest, end.get(partition) ?? 0) }]
      }),
    )
  }

  /** Smallest offset whose timestamp is at or after `timestamp`, ms; undefined: there is none. */
  async at(topic: Topic, partition: number, timestamp: number): Promise<number | undefined> {
    const found = (await this.#list(topic, [partition], Math.max(0, Math.ceil(timestamp)))).get(partition)
    return found === undefined || found < 0 ? undefined : found
  }

  #list(topic: Topic, partitions: readonly number[], timestamp: number): Promise<Map<number, number>> {
    return this.#connection.retried('asking for offsets', async () => {
      try {
        return await this.#listOnce(topic, partitions, timestamp)
      } catch (err) {
        await this.#topics.refresh()
        throw err
      }
    })
  }

  async #listOnce(
    topic: Topic,
    partitions: readonly number[],
    timestamp: number,
  ): Promise<Map<number, number>> {
    const byLeader = new Map<number, number[]>()
    for (const partition of partitions) {
      const leader = await this.#topics.leaderOf(topic, partition)
      byLeader.set(leader, [...(byLeader.get(leader) ?? []), partition])
    }
    const name = this.#topics.nameOf(topic)
    const offsets = new Map<number, number>()
    await Promise.all(
      [...byLeader].map(async ([leader, led]) => {
        const asked = { topic: name, partitions: led.map((partition) => ({ partition, timestamp })) }
        const { responses } = await this.#connection.at(leader, (broker) =>
          broker.listOffsets({ replicaId: -1, isolationLevel: 0, topics: [asked] }),
        )
        for (const { partition, offset } of responses.flatMap((response) => response.partitions))
          offsets.set(partition, Number(offset))
      }),
    )
    return offsets
  }
}

const allPartitions = Array.from({ length: partitionCount }, (_, partition) => partition)
