import { setTimeout as sleep } from 'node:timers/promises'
import kafkajs, { type Admin, type Kafka } from 'kafkajs'
import { partitionCount, type Topic, topicNames } from '../../contracts/index.ts'
import { DependencyError } from '../../errors/index.ts'
import type { KafkaLogConfig } from './config.ts'
import type { KafkaConnection } from './connection.ts'
import { kafkaError, typeOf } from './kafka-error.ts'
import { settingFaults, settingsOf } from './topic-settings.ts'
import { untilLed } from './until-led.ts'
import { metadataRequest, type TopicMetadata } from './wire/metadata-request.ts'

/** Every topic of a log; `log` holds its identity. */
const allTopics = [...topicNames, 'log'] as const
type AnyTopic = Topic | 'log'

/** How long a topic that was made may take until every partition has a leader, ms. */
const leadersWithinMs = 15_000

function partitionsOf(topic: AnyTopic): number {
  return topic === 'log' ? 1 : partitionCount
}

/**
 * Makes the topics that are missing and checks all: partitions, copies, settings. Throws DependencyError log_mismatch
 * naming every fault at once; only what `accept` names is lived with.
 */
export async function prepareTopics(
  kafka: Kafka,
  connection: KafkaConnection,
  config: KafkaLogConfig,
  readOnly: boolean,
): Promise<void> {
  const admin = kafka.admin()
  try {
    await admin.connect()
    const before = await describe(connection, config.prefix)
    const missing = allTopics.filter((topic) => !before.has(topic))
    if (missing.length > 0 && readOnly) throw nothingThere(config.prefix, missing)
    if (missing.length > 0) {
      await create(admin, missing, config)
      const names = allTopics.map((topic) => `${config.prefix}${topic}`)
      await untilLed(names, () => describeAll(connection, names), leadersWithinMs)
    }
    await check(admin, await describe(connection, config.prefix), config)
  } catch (err) {
    throw kafkaError(err, 'preparing the topics')
  } finally {
    await admin.disconnect().catch(() => undefined)
  }
}

function nothingThere(prefix: string, missing: readonly AnyTopic[]): DependencyError {
  const names = missing.map((topic) => `${prefix}${topic}`).join(', ')
  return new DependencyError(
    'log_mismatch',
    `Kafka: no topics ${names}: nabiz has not run on this cluster, or log.prefix is another`,
    { retryable: false },
  )
}

type Described = Map<AnyTopic, TopicMetadata>

async function describe(connection: KafkaConnection, prefix: string): Promise<Described> {
  const names = new Map<string, AnyTopic>(allTopics.map((topic) => [`${prefix}${topic}`, topic]))
  const topics = await describeAll(connection, [...names.keys()])
  const described: Described = new Map()
  for (const topic of topics) {
    const name = names.get(topic.name)
    if (name !== undefined && topic.errorCode !== 3) described.set(name, topic)
  }
  return described
}

async function describeAll(
  connection: KafkaConnection,
  names: readonly string[],
): Promise<readonly TopicMetadata[]> {
  const { topics } = await connection.retried('asking for topics', () =>
    connection.any(metadataRequest(names)),
  )
  return topics
}

async function create(
  admin: Admin,
  missing: readonly AnyTopic[],
  { prefix, replication }: KafkaLogConfig,
): Promise<void> {
  for (const topic of missing) {
    const settings = settingsOf(topic, replication)
    try {
      await admin.createTopics({
        waitForLeaders: false,
        topics: [
          {
            topic: `${prefix}${topic}`,
            numPartitions: partitionsOf(topic),
            replicationFactor: replication,
            configEntries: Object.entries(settings).map(([name, value]) => ({ name, value })),
          },
        ],
      })
    } catch (err) {
      const type = createErrorType(err)
      if (type === 'TOPIC_ALREADY_EXISTS') continue
      if (type !== 'INVALID_REPLICATION_FACTOR') throw err
      throw new DependencyError(
        'log_mismatch',
        `Kafka: ${prefix}${topic} cannot be made with ${replication} copies: the cluster has fewer brokers. ` +
          'Add brokers, or set log.replication to what there is and log.accept to [replication]',
        { retryable: false, cause: err },
      )
    }
  }
}

/** kafkajs gathers the errors of topics in one. */
function createErrorType(err: unknown): string | undefined {
  const errors: unknown = err instanceof Error && 'errors' in err ? err.errors : undefined
  return typeOf(Array.isArray(errors) ? errors[0] : err)
}

async function check(admin: Admin, described: Described, { prefix, accept }: KafkaLogConfig): Promise<void> {
  const settings = await untilKnown(() => readSettings(admin, prefix))
  const lines: string[] = []
  for (const topic of allTopics) {
    const name = `${prefix}${topic}`
    const found = described.get(topic)
    const expected = partitionsOf(topic)
    if (found?.leaders.length !== expected) {
      lines.push(
        `${name}, partitions: found ${found?.leaders.length ?? 0}; expected ${expected}, which cannot be changed later: ` +
          'take another log.prefix, or move the topic’s records to one made by Nabız',
      )
      continue
    }
    const faults = settingFaults(topic, settings.get(name) ?? new Map(), Math.min(...found.replicas))
    for (const { setting, found: is, expected: right, accept: word } of faults) {
      if (word && accept.includes(word)) continue
      const wayOut = word ? ` (or log.accept: [${word}])` : ''
      lines.push(`${name}, ${setting}: found ${is}; expected ${right}${wayOut}`)
    }
  }
  if (lines.length === 0) return
  throw new DependencyError(
    'log_mismatch',
    `Kafka: ${lines.length} setting${lines.length === 1 ? '' : 's'} of topics cannot be trusted with mentions:\n  ${lines.join('\n  ')}`,
    { retryable: false },
  )
}

/** A broker may not have heard yet of a topic that another has just made. */
async function untilKnown<T>(ask: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + leadersWithinMs
  for (;;) {
    try {
      return await ask()
    } catch (err) {
      if (typeOf(err) !== 'UNKNOWN_TOPIC_OR_PARTITION' || performance.now() > deadline) throw err
      await sleep(100)
    }
  }
}

async function readSettings(admin: Admin, prefix: string): Promise<Map<string, Map<string, string>>> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: allTopics.map((topic) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name: `${prefix}${topic}`,
    })),
  })
  return new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    ]),
  )
}
