import { setTimeout as sleep } from 'node:timers/promises'
import { DependencyError } from '../../errors/index.ts'
import type { KafkaLogConfig } from './config.ts'
import { KafkaConnection } from './connection.ts'
import { createClient } from './create-client.ts'
import { identify } from './identity.ts'
import { isLasting, kafkaError, wayIn } from './kafka-error.ts'
import { KafkaLog } from './kafka-log.ts'
import { createKafkaLogger, type DriverLogger } from './kafka-logger.ts'
import { prepareTopics } from './prepare-topics.ts'
import { fetchKey, fetchVersion } from './wire/fetch-request.ts'
import { metadataKey, metadataVersion } from './wire/metadata-request.ts'

export interface OpenKafkaLogOptions {
  config: KafkaLogConfig
  /** Stable name of this process; the brokers see it. */
  instance: string
  logger?: DriverLogger
  /** A member cannot go on: the process must end, so that others take its partitions. */
  onFatal(err: unknown): void
  /** Makes no topics and no id, for commands that only look. Default false. */
  readOnly?: boolean
  /** How long brokers may be away at the start, ms; default 20,000, as a last try may take 9 s. */
  startWithinMs?: number
}

/**
 * Connects to the cluster, makes the topics that are missing and checks them all. Rejects within 30 s: DependencyError
 * `log_unavailable` (no broker answers, wrong credentials, a certificate that is not accepted, a Kafka too old) or
 * `log_mismatch` (topics or settings that cannot be trusted); each says what was found and what to do.
 */
export async function openKafkaLog(options: OpenKafkaLogOptions): Promise<KafkaLog> {
  const { config, instance, logger, onFatal } = options
  checkReplication(config)
  const kafka = createClient(config, `nabiz-${instance}`, createKafkaLogger(logger))
  const connection = new KafkaConnection(kafka)
  try {
    await untilConnected(connection, config, options.startWithinMs ?? 20_000)
    await checkVersions(connection)
    await prepareTopics(kafka, connection, config, options.readOnly ?? false)
    const id = await identify(kafka, connection, config.prefix)
    return new KafkaLog({
      id,
      kafka,
      connection,
      prefix: config.prefix,
      sessionTimeoutMs: config.sessionTimeoutSeconds * 1_000,
      logger,
      onFatal,
    })
  } catch (err) {
    await connection.close()
    throw err
  }
}

function checkReplication({ replication, accept }: KafkaLogConfig): void {
  if (replication >= 3 || accept.includes('replication')) return
  throw new DependencyError(
    'log_mismatch',
    `log.replication: found ${replication}; expected 3 or more, as a broker that dies would take mentions along ` +
      '(or log.accept: [replication])',
    { retryable: false },
  )
}

async function untilConnected(
  connection: KafkaConnection,
  config: KafkaLogConfig,
  withinMs: number,
): Promise<void> {
  const deadline = performance.now() + withinMs
  for (;;) {
    try {
      return await connection.connect()
    } catch (err) {
      if (isLasting(err)) {
        const { message } = kafkaError(err, `${config.brokers.join(', ')} refused the connection`)
        throw new DependencyError('log_unavailable', `${message}: ${wayIn(err)}`, {
          retryable: false,
          cause: err,
        })
      }
      if (performance.now() > deadline) {
        throw new DependencyError(
          'log_unavailable',
          `Kafka: none of ${config.brokers.join(', ')} answers (${kafkaError(err, 'connecting').message}): ` +
            'start the brokers, or correct log.brokers',
          { retryable: false, cause: err },
        )
      }
      await sleep(500)
    }
  }
}

async function checkVersions(connection: KafkaConnection): Promise<void> {
  const { versions } = await connection.broker()
  const has = (key: number, version: number) => (versions[key]?.maxVersion ?? -1) >= version
  if (has(fetchKey, fetchVersion) && has(metadataKey, metadataVersion)) return
  throw new DependencyError(
    'log_mismatch',
    'Kafka: the brokers know no topic ids in fetches; expected Apache Kafka 3.1 or later',
    { retryable: false },
  )
}
