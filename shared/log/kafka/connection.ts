import { setTimeout as sleep } from 'node:timers/promises'
import type { Kafka } from 'kafkajs'
import { closedError } from '../check-record.ts'
import { isLasting, kafkaError, typeOf } from './kafka-error.ts'
import { type Broker, type Cluster, createCluster, type ProtocolRequest } from './kafkajs-internals.ts'

const metadataMaxAgeMs = 300_000
/** Waits between the tries of a request whose connection broke or whose broker has moved, ms. */
const waitsMs = [50, 200, 500, 1_000, 2_000]

/** Answers that mean: ask again, perhaps another broker. */
const movedTypes = new Set([
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_FOR_PARTITION',
  'REPLICA_NOT_AVAILABLE',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'OFFSET_NOT_AVAILABLE',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'REQUEST_TIMED_OUT',
  'NETWORK_EXCEPTION',
  'GROUP_LOAD_IN_PROGRESS',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
  'KAFKA_STORAGE_ERROR',
  'NOT_ENOUGH_REPLICAS',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
])

/** Whether the same call may succeed soon: nobody answered, or the one who did was the wrong one. */
export function mayHelpSoon(err: unknown): boolean {
  const type = typeOf(err)
  return !isLasting(err) && (type === undefined || movedTypes.has(type))
}

/** Connections to the brokers of a cluster: two to each, one of them for fetches alone. */
export class KafkaConnection {
  readonly #cluster: Cluster
  readonly #coordinators = new Map<string, Broker>()
  #connected: Promise<void> | undefined
  #closed = false

  constructor(kafka: Kafka) {
    this.#cluster = createCluster(kafka, { metadataMaxAge: metadataMaxAgeMs })
  }

  /** Connects once; throws what kafkajs throws. */
  async connect(): Promise<void> {
    // A call that outlives the closing would open a connection that nobody closes.
    if (this.#closed) throw closedError()
    this.#connected ??= this.#cluster.connect().then(() => this.#cluster.refreshMetadata())
    try {
      await this.#connected
    } catch (err) {
      this.#connected = undefined
      throw err
    }
  }

  /** Asks any broker, once. Throws what kafkajs throws. */
  async any<T>(request: ProtocolRequest<T>): Promise<T> {
    const broker = await this.broker()
    return broker.connectionPool.send(request)
  }

  /** Any broker that is connected, for what it says about itself. */
  async broker(): Promise<Broker> {
    await this.connect()
    return this.#cluster.brokerPool.findConnectedBroker()
  }

  /** Runs a call at a broker, once. Throws what kafkajs throws. */
  async at<T>(nodeId: number, call: (broker: Broker) => Promise<T>): Promise<T> {
    await this.connect()
    const broker = await this.#cluster.findBroker({ nodeId: String(nodeId) })
    return call(broker)
  }

  /** Runs a call at the broker that coordinates a group, once. Throws what kafkajs throws. */
  async atCoordinator<T>(groupId: string, call: (broker: Broker) => Promise<T>): Promise<T> {
    await this.connect()
    let broker = this.#coordinators.get(groupId)
    if (!broker) {
      broker = await this.#cluster.findGroupCoordinator({ groupId })
      this.#coordinators.set(groupId, broker)
    }
    try {
      return await call(broker)
    } catch (err) {
      if (mayHelpSoon(err)) this.#coordinators.delete(groupId)
      throw err
    }
  }

  /** Runs a call again while that may help: the connection broke, or a leader or coordinator moved. Throws DependencyError. */
  async retried<T>(doing: string, call: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.connect()
        return await call()
      } catch (err) {
        const waitMs = waitsMs[attempt]
        if (waitMs === undefined || !mayHelpSoon(err)) throw kafkaError(err, doing)
        await sleep(waitMs)
        await this.refresh()
      }
    }
  }

  /** Looks at the cluster afresh: a broker may have gone, or stand at another address. */
  async refresh(): Promise<void> {
    if (this.#closed) return
    await this.#cluster.refreshMetadata().catch(() => undefined)
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#connected?.catch(() => undefined)
    await this.#cluster.disconnect().catch(() => undefined)
  }
}
