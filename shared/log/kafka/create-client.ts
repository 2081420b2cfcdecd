import { readFileSync } from 'node:fs'
import { Kafka, type KafkaConfig, logLevel, type SASLOptions } from 'kafkajs'
import { ConfigError, messageOf } from '../../errors/index.ts'
import type { KafkaLogConfig } from './config.ts'
import type { KafkaLogger } from './kafka-logger.ts'
import { mendConnections } from './mend-connections.ts'

/** How long a connection may take, ms. */
const connectionTimeoutMs = 3_000
/** How long an answer may take beyond what the request asks the broker to wait, ms. */
const requestTimeoutMs = 15_000

/** The client of one log. Throws ConfigError for a file that cannot be read. */
export function createClient(config: KafkaLogConfig, clientId: string, logger: KafkaLogger): Kafka {
  mendConnections()
  const options: KafkaConfig = {
    clientId,
    brokers: config.brokers,
    connectionTimeout: connectionTimeoutMs,
    requestTimeout: requestTimeoutMs,
    enforceRequestTimeout: true,
    // Few, as kafkajs' retries multiply: each of a request's has those of a connection within it. We try again ourselves.
    retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 2 },
    logLevel: logLevel.INFO,
    logCreator: () => logger.entry,
  }
  if (config.tls) options.ssl = tlsOptions(config.tls)
  if (config.sasl) options.sasl = saslOptions(config.sasl)
  return new Kafka(options)
}

function tlsOptions(tls: NonNullable<KafkaLogConfig['tls']>): NonNullable<KafkaConfig['ssl']> {
  return {
    ...(tls.caFile === undefined ? {} : { ca: [readPem('log.tls.caFile', tls.caFile)] }),
    ...(tls.certFile === undefined ? {} : { cert: readPem('log.tls.certFile', tls.certFile) }),
    ...(tls.keyFile === undefined ? {} : { key: readPem('log.tls.keyFile', tls.keyFile) }),
    ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
  }
}

function readPem(path: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (err) {
    const found = `${file}, which cannot be read (${messageOf(err)})`
    throw new ConfigError('the config', [{ path, found, expected: 'a PEM file' }])
  }
}

function saslOptions({ mechanism, username, password }: NonNullable<KafkaLogConfig['sasl']>): SASLOptions {
  return { mechanism, username, password: password.reveal() }
}
