import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { CompressionTypes, Kafka, logLevel, Partitioners } from 'kafkajs'

/** Records in one produce call, as kafkajs takes them at full speed. */
const chunk = 1_000

export interface BareRun {
  records: number
  seconds: number
}

/**
 * The yardstick: kafkajs' own consumer reads every record of a topic, and with `copyTo` its producer writes each again
 * (idempotent, acks=all, gzip, chunks of 1,000). Timed from the first batch.
 */
export async function runBareClient(options: {
  brokers: readonly string[]
  topic: string
  records: number
  copyTo?: string
}): Promise<BareRun> {
  const { topic, copyTo } = options
  const kafka = new Kafka({ brokers: [...options.brokers], logLevel: logLevel.NOTHING })
  const consumer = kafka.consumer({ groupId: `bare-${randomUUID()}`, maxWaitTimeInMs: 100 })
  const producer = kafka.producer({
    idempotent: true,
    createPartitioner: Partitioners.DefaultPartitioner,
  })
  await consumer.connect()
  await producer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  let records = 0
  let startedAt: number | undefined
  const seconds = await new Promise<number>((resolve, reject) => {
    consumer
      .run({
        async eachBatch({ batch, heartbeat }) {
          startedAt ??= performance.now()
          if (copyTo !== undefined) {
            for (let from = 0; from < batch.messages.length; from += chunk) {
              const messages = batch.messages
                .slice(from, from + chunk)
                .map(({ key, value }) => ({ key, value, partition: batch.partition }))
              await producer.send({ topic: copyTo, acks: -1, compression: CompressionTypes.GZIP, messages })
              await heartbeat()
            }
          }
          records += batch.messages.length
          if (records >= options.records) resolve((performance.now() - startedAt) / 1_000)
        },
      })
      .catch(reject)
  })
  await consumer.disconnect()
  await producer.disconnect()
  return { records, seconds }
}

/** Makes a topic for copies. */
export async function makeTopic(
  brokers: readonly string[],
  topic: string,
  partitions: number,
): Promise<void> {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: partitions, replicationFactor: 1 }] })
  await admin.disconnect()
}
