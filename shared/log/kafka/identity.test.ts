import { randomUUID } from 'node:crypto'
import type { Kafka } from 'kafkajs'
import { expect, it } from 'vitest'
import { partitionCount } from '../../contracts/index.ts'
import type { KafkaConnection } from './connection.ts'
import { identify } from './identity.ts'

it('waits for the leader of the topic, of which a broker may hear late', async () => {
  const id = randomUUID()
  const record = { v: 1, id, partitions: partitionCount, createdAt: 0 }
  const value = Buffer.from(JSON.stringify(record))
  const heard = [[], [-1], [3]]
  const asked: number[] = []
  const connection = {
    retried: (_doing: string, call: () => Promise<unknown>) => call(),
    any: async () => ({
      topics: [{ name: 'log', id: 'topic', errorCode: 0, leaders: heard.shift(), replicas: [1] }],
    }),
    at: async (nodeId: number) => {
      asked.push(nodeId)
      return { partitions: [{ partition: 0, errorCode: 0, next: 1, records: [{ value }] }] }
    },
  } as unknown as KafkaConnection
  expect(await identify({} as Kafka, connection, '')).toBe(id)
  expect(asked).toEqual([3])
})
