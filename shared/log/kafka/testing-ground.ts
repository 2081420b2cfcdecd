import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import type { Topic } from '../../contracts/index.ts'
import type { LogGround } from '../../testing/log-contract.ts'
import type { Log } from '../log.ts'
import { type KafkaLogConfig, kafkaLogConfig } from './config.ts'
import { KafkaLog } from './kafka-log.ts'
import { openKafkaLog } from './open-kafka-log.ts'
import { settingsOf } from './topic-settings.ts'

/** Config of a log on one test broker, apart from all others there. */
export function aKafkaConfig(
  brokers: readonly string[],
  overrides: Partial<KafkaLogConfig> = {},
): KafkaLogConfig {
  return {
    ...kafkaLogConfig.parse({
      driver: 'kafka',
      brokers,
      prefix: `t${randomUUID().slice(0, 8)}.`,
      replication: 1,
      accept: ['replication'],
      // The brokers allow 6 s and more; heartbeats come five times as often.
      sessionTimeoutSeconds: 6,
    }),
    ...overrides,
  }
}

/** An admin client for what operators do to topics. */
export function anAdmin(brokers: readonly string[]) {
  return new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin()
}

/** A prefix on a test broker, removed with all its topics and groups. */
export function kafkaGround(brokers: readonly string[]): LogGround & { config: KafkaLogConfig } {
  const config = aKafkaConfig(brokers)
  const admin = anAdmin(brokers)
  return {
    config,
    open: () =>
      openKafkaLog({
        config,
        instance: 'test',
        onFatal(err) {
          throw err
        },
      }),
    async recreateTopic(log, topic) {
      const before = await log.topicId(topic)
      await admin.connect()
      await admin.deleteTopics({ topics: [`${config.prefix}${topic}`] })
      await makeAgain(admin, config, topic)
      while ((await idOf(log, topic)) === before) await sleep(20)
    },
    passTime: () => sleep(2),
    async expire(log, topic) {
      await admin.connect()
      // kafkajs deletes only in topics it was asked about before.
      await admin.fetchTopicOffsets(`${config.prefix}${topic}`)
      const partitions = (await log.bounds(topic))
        .filter(({ earliest, end }) => end > earliest)
        .map(({ partition, end }) => ({ partition, offset: String(end) }))
      await admin.deleteTopicRecords({ topic: `${config.prefix}${topic}`, partitions })
    },
    async clear() {
      await admin.connect()
      await removeAll(admin, config.prefix)
      await admin.disconnect()
    },
  }
}

/** Deletion takes the broker a moment, in which the name cannot be used. */
async function makeAgain(
  admin: ReturnType<typeof anAdmin>,
  config: KafkaLogConfig,
  topic: Topic,
): Promise<void> {
  for (;;) {
    try {
      const configEntries = Object.entries(settingsOf(topic, 1)).map(([name, value]) => ({ name, value }))
      const made = await admin.createTopics({
        waitForLeaders: true,
        topics: [
          { topic: `${config.prefix}${topic}`, numPartitions: 64, replicationFactor: 1, configEntries },
        ],
      })
      if (made) return
    } catch {
      // Still being deleted.
    }
    await sleep(50)
  }
}

async function idOf(log: Log, topic: Topic): Promise<string | undefined> {
  return log instanceof KafkaLog ? log.topicId(topic).catch(() => undefined) : undefined
}

/** Removes every topic and group under a prefix of a test broker; groups whose members were killed a moment ago stay. */
export async function removeTopics(brokers: readonly string[], prefix: string): Promise<void> {
  const admin = anAdmin(brokers)
  await admin.connect()
  try {
    await removeAll(admin, prefix)
  } catch (err) {
    // A dead member's session has not ended yet.
    if (!(err instanceof Error && err.name === 'KafkaJSDeleteGroupsError')) throw err
  } finally {
    await admin.disconnect()
  }
}

async function removeAll(admin: ReturnType<typeof anAdmin>, prefix: string): Promise<void> {
  const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix))
  if (topics.length > 0) await admin.deleteTopics({ topics })
  const { groups } = await admin.listGroups()
  const ours = groups.map(({ groupId }) => groupId).filter((groupId) => groupId.startsWith(prefix))
  if (ours.length > 0) await admin.deleteGroups(ours)
}

/** kafkajs as it comes: one record ahead, then all others at once, idempotent; texts of those that were acknowledged. */
export async function sendAlone(options: {
  brokers: readonly string[]
  topic: string
  texts: readonly string[]
  beforeTheRest(): void
}): Promise<string[]> {
  const { brokers, topic, texts, beforeTheRest } = options
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING })
  const producer = kafka.producer({ idempotent: true, createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  await producer.send({ topic, acks: -1, messages: [{ key: 'k', value: 'warm', partition: 0 }] })
  beforeTheRest()
  const acknowledged: string[] = []
  await Promise.all(
    texts.map(async (text) => {
      await producer.send({ topic, acks: -1, messages: [{ key: 'k', value: text, partition: 0 }] })
      acknowledged.push(text)
    }),
  ).catch(() => undefined)
  await producer.disconnect()
  return acknowledged
}

/** kafkajs' own consumer, begun at an offset of a partition; the texts it gives. */
export async function consumeAlone(options: {
  brokers: readonly string[]
  topic: string
  partition: number
  from: number
  count: number
}): Promise<string[]> {
  const { brokers, topic, partition, from, count } = options
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING })
  const groupId = `alone-${randomUUID()}`
  const admin = kafka.admin()
  await admin.connect()
  await admin.setOffsets({ groupId, topic, partitions: [{ partition, offset: String(from) }] })
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100 })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const texts: string[] = []
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        async eachMessage({ message, partition: at }) {
          if (at === partition) texts.push(message.value?.toString('utf8') ?? '')
          if (texts.length === count) resolve()
        },
      })
      .catch(reject)
  })
  await consumer.disconnect()
  await admin.deleteGroups([groupId])
  await admin.disconnect()
  return texts
}
