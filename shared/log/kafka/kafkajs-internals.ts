import type { Kafka } from 'kafkajs'

/**
 * The part of kafkajs 2.2.4 beneath its consumer: connections, TLS, SASL and the group's requests. Its consumer is not
 * used, as it cannot do what the port promises (see Decisions in README.md); the version is pinned and has no successor.
 */
export interface Broker {
  readonly nodeId: number
  readonly versions: Readonly<Record<number, { minVersion: number; maxVersion: number } | undefined>>
  /** Two connections: fetches, which the broker may hold for a while, have one of their own. */
  readonly connectionPool: { send<T>(request: ProtocolRequest<T>): Promise<T> }
  joinGroup(request: {
    groupId: string
    sessionTimeout: number
    rebalanceTimeout: number
    memberId: string
    groupProtocols: { name: string; metadata: Buffer }[]
  }): Promise<{
    generationId: number
    leaderId: string
    memberId: string
    members: { memberId: string; memberMetadata: Buffer }[]
  }>
  syncGroup(request: {
    groupId: string
    generationId: number
    memberId: string
    groupAssignment: { memberId: string; memberAssignment: Buffer }[]
  }): Promise<{ memberAssignment: Buffer }>
  heartbeat(request: { groupId: string; groupGenerationId: number; memberId: string }): Promise<unknown>
  leaveGroup(request: { groupId: string; memberId: string }): Promise<unknown>
  offsetCommit(request: {
    groupId: string
    groupGenerationId: number
    memberId: string
    topics: { topic: string; partitions: { partition: number; offset: string }[] }[]
  }): Promise<unknown>
  offsetFetch(request: {
    groupId: string
    topics: { topic: string; partitions: { partition: number }[] }[]
  }): Promise<{ responses: { topic: string; partitions: { partition: number; offset: string }[] }[] }>
  describeGroups(request: { groupIds: string[] }): Promise<{
    groups: { members: { memberId: string; memberMetadata: Buffer; memberAssignment: Buffer }[] }[]
  }>
  listOffsets(request: {
    replicaId: number
    isolationLevel: number
    topics: { topic: string; partitions: { partition: number; timestamp: string | number }[] }[]
  }): Promise<{
    responses: { topic: string; partitions: { partition: number; errorCode: number; offset: string }[] }[]
  }>
}

export interface Cluster {
  connect(): Promise<void>
  disconnect(): Promise<void>
  refreshMetadata(): Promise<void>
  findBroker(options: { nodeId: string }): Promise<Broker>
  findGroupCoordinator(options: { groupId: string }): Promise<Broker>
  removeBroker(address: { host: string; port: number }): void
  readonly brokerPool: { findConnectedBroker(): Promise<Broker> }
}

/** A request as kafkajs sends it; `encode` gives the body after the header of version 1. */
export interface ProtocolRequest<T> {
  request: {
    apiKey: number
    apiVersion: number
    apiName: string
    encode(): Promise<{ buf: Buffer; buffer: Buffer }>
  }
  response: { decode(bytes: Buffer): Promise<Throttled<T>>; parse(decoded: Throttled<T>): Promise<T> }
  /** ms; the client's default where it is longer. */
  requestTimeout?: number
  logResponseError?: boolean
}

export type Throttled<T> = T & { clientSideThrottleTime: number }

/** A cluster of its own, with connections of its own, under the client's settings. */
export function createCluster(kafka: Kafka, options: { metadataMaxAge: number }): Cluster {
  const name = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  )
  const create: unknown = name && Reflect.get(kafka, name)
  if (typeof create !== 'function') throw new Error('kafkajs is not of version 2.2.4')
  return create({ ...options, allowAutoTopicCreation: false, isolationLevel: 0 }) as Cluster
}
