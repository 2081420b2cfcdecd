import { partitionCount, type Topic, topicNames } from '../../contracts/index.ts'
import { DependencyError } from '../../errors/index.ts'
import type { KafkaConnection } from './connection.ts'
import { metadataRequest } from './wire/metadata-request.ts'

interface KnownTopic {
  id: string
  leaders: readonly number[]
}

/** What the brokers said last of our topics: their ids and who leads each partition. */
export class TopicTable {
  readonly #connection: KafkaConnection
  readonly #prefix: string
  #known = new Map<Topic, KnownTopic>()
  #refreshing: Promise<void> | undefined

  constructor(connection: KafkaConnection, prefix: string) {
    this.#connection = connection
    this.#prefix = prefix
  }

  nameOf(topic: Topic): string {
    return `${this.#prefix}${topic}`
  }

  /** Asks the brokers; callers at the same time share the answer. Throws DependencyError. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#ask().finally(() => {
      this.#refreshing = undefined
    })
    return this.#refreshing
  }

  /** Id of the topic's incarnation. Throws DependencyError log_unavailable while the topic is not there. */
  async idOf(topic: Topic): Promise<string> {
    return (this.#known.get(topic) ?? (await this.#missing(topic))).id
  }

  /** Node id of the broker that leads a partition; -1 while there is none. */
  async leaderOf(topic: Topic, partition: number): Promise<number> {
    return (this.#known.get(topic) ?? (await this.#missing(topic))).leaders[partition] ?? -1
  }

  /** As `leaderOf`, from what was heard last; -1 while nothing was. */
  knownLeader(topic: Topic, partition: number): number {
    return this.#known.get(topic)?.leaders[partition] ?? -1
  }

  async #missing(topic: Topic): Promise<KnownTopic> {
    await this.refresh()
    const known = this.#known.get(topic)
    if (known) return known
    throw new DependencyError('log_unavailable', `Kafka: topic ${this.nameOf(topic)} is not there`, {
      retryable: true,
    })
  }

  async #ask(): Promise<void> {
    const names = new Map(topicNames.map((topic) => [this.nameOf(topic), topic]))
    const { topics } = await this.#connection.any('asking for topics', metadataRequest([...names.keys()]))
    const known = new Map<Topic, KnownTopic>()
    for (const { name, id, errorCode, leaders } of topics) {
      const topic = names.get(name)
      // 5: some partition has no leader at the moment; the rest of the answer holds.
      if (topic === undefined || (errorCode !== 0 && errorCode !== 5) || leaders.length !== partitionCount)
        continue
      known.set(topic, { id, leaders })
    }
    this.#known = known
  }
}
