import { randomUUID } from 'node:crypto'
import { CompressionTypes, type Kafka, Partitioners } from 'kafkajs'
import { z } from 'zod'
import { partitionCount } from '../../contracts/index.ts'
import { DependencyError } from '../../errors/index.ts'
import type { KafkaConnection } from './connection.ts'
import { kafkaError } from './kafka-error.ts'
import { untilLed } from './until-led.ts'
import { fetchRequest } from './wire/fetch-request.ts'
import { metadataRequest } from './wire/metadata-request.ts'

const idRecord = z.object({ v: z.literal(1), id: z.uuid(), partitions: z.int(), createdAt: z.number() })
type IdRecord = z.infer<typeof idRecord>

/** How long the topic may be without a leader, ms. */
const leaderWithinMs = 10_000

/**
 * Identity of the log that stands at a prefix: the first record of its topic `log`, written by whoever comes first. Each
 * writer's record has a key of its own, so compaction takes none of them away. Throws DependencyError.
 */
export async function identify(kafka: Kafka, connection: KafkaConnection, prefix: string): Promise<string> {
  const found = (await readFirst(connection, prefix)) ?? (await write(kafka, connection, prefix))
  if (found.partitions !== partitionCount) {
    throw new DependencyError(
      'log_mismatch',
      `Kafka: the log at ${prefix}* was made with ${found.partitions} partitions, this build has ${partitionCount}: ` +
        'run the build that made it, or take another log.prefix',
      { retryable: false },
    )
  }
  return found.id
}

async function write(kafka: Kafka, connection: KafkaConnection, prefix: string): Promise<IdRecord> {
  const record: IdRecord = { v: 1, id: randomUUID(), partitions: partitionCount, createdAt: Date.now() }
  const producer = kafka.producer({
    idempotent: true,
    allowAutoTopicCreation: false,
    createPartitioner: Partitioners.DefaultPartitioner,
  })
  try {
    await producer.connect()
    await producer.send({
      topic: `${prefix}log`,
      acks: -1,
      compression: CompressionTypes.None,
      messages: [{ key: record.id, value: JSON.stringify(record), partition: 0 }],
    })
  } catch (err) {
    throw kafkaError(err, 'writing the id of the log')
  } finally {
    await producer.disconnect().catch(() => undefined)
  }
  const first = await readFirst(connection, prefix)
  if (first) return first
  throw new DependencyError('log_unavailable', 'Kafka: the id of the log was written and is not there', {
    retryable: true,
  })
}

async function readFirst(connection: KafkaConnection, prefix: string): Promise<IdRecord | undefined> {
  return connection.retried('reading the id of the log', async () => {
    const name = `${prefix}log`
    const ask = async () => (await connection.any(metadataRequest([name]))).topics
    const [topic] = await untilLed([name], ask, leaderWithinMs)
    const request = fetchRequest({
      topic: 'config',
      topicId: topic?.id ?? '',
      partitions: [{ partition: 0, offset: 0, maxBytes: 2 ** 20 }],
      maxWaitMs: 0,
      maxBytes: 2 ** 20,
    })
    const { partitions } = await connection.at(topic?.leaders[0] ?? -1, (broker) =>
      broker.connectionPool.send(request),
    )
    const fetched = partitions[0]
    if (fetched?.errorCode !== 0) throw new Error(`the broker answers with code ${fetched?.errorCode}`)
    const [first] = fetched.records
    return first && idRecord.parse(JSON.parse(Buffer.from(first.value).toString('utf8')))
  })
}
