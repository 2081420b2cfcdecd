import { randomUUID } from 'node:crypto'
import { describe } from 'vitest'
import { openEmbeddedLog } from '../log/embedded/open-embedded-log.ts'
import type { KafkaLogConfig } from '../log/kafka/config.ts'
import { openKafkaLog } from '../log/kafka/open-kafka-log.ts'
import { aKafkaConfig, removeTopics } from '../log/kafka/testing-ground.ts'
import type { Log } from '../log/log.ts'
import { createSilentLogger } from '../logging/index.ts'
import { openEmbeddedStore } from '../store/embedded/embedded-store.ts'
import { redisStoreConfig } from '../store/redis/redis-config.ts'
import { openRedisStore } from '../store/redis/redis-store.ts'
import { removeAll } from '../store/redis/testing-redis.ts'
import type { Store } from '../store/store.ts'
import type { Clock } from '../time/index.ts'
import { testServer } from './servers/test-server.ts'

const kafka = await testServer('kafka')
const redis = await testServer('redis')

/** A pair of drivers that a suite runs on. */
export interface DriverPair {
  readonly kind: 'embedded' | 'cluster'
  /** A log and a store apart from all others, with nothing in them; `folder` is where the embedded ones stand. */
  place(folder: string): DriverPlace
}

/** Where a log and a store are. */
export interface DriverPlace {
  readonly kind: DriverPair['kind']
  /** The same as `dataDir`, `log` and `store` of a nabiz.yaml. */
  readonly config: { dataDir: string; log: object; store: object }
  /** On the cluster the log's timestamps, leases and expiry go by the servers' clocks, on the embedded drivers by `clock`. */
  open(clock: Clock): Promise<{ log: Log; store: Store; close(): Promise<void> }>
  /** The same log with a store of nothing, in `folder` where it is embedded; its `clear` leaves the log. */
  withOtherStore(folder: string): DriverPlace
  /** Removes what stands on servers that others use too; the folder is the caller's. */
  clear(): Promise<void>
}

/** A suite on the embedded drivers, and on Kafka and Redis, where it is skipped when they cannot be had. */
export function describeOnEachDriver(name: string, suite: (drivers: DriverPair) => void): void {
  describe(`${name}, on the embedded drivers`, () =>
    suite({ kind: 'embedded', place: (folder) => embeddedAt(folder, folder) }))
  describeOnCluster(`${name}, on Kafka and Redis`, suite)
}

/** A suite on Kafka and Redis alone; skipped when they cannot be had. */
export function describeOnCluster(name: string, suite: (drivers: DriverPair) => void): void {
  const isThere = kafka !== undefined && redis !== undefined
  // A skipped suite is still read for its tests' names, so it is given addresses nobody listens on.
  const brokers = kafka?.brokers ?? ['127.0.0.1:1']
  const url = redis?.url ?? 'redis://127.0.0.1:1'
  describe.skipIf(!isThere)(name, () =>
    suite({ kind: 'cluster', place: (folder) => clusterAt(brokers, url, folder) }),
  )
}

function embeddedAt(logFolder: string, storeFolder: string): DriverPlace {
  return {
    kind: 'embedded',
    config: { dataDir: logFolder, log: { driver: 'embedded', fsync: false }, store: { driver: 'embedded' } },
    open: (clock) =>
      both(
        () => openEmbeddedLog({ folder: `${logFolder}/log`, clock, fsync: false }),
        () => openEmbeddedStore({ folder: `${storeFolder}/store`, clock, fsync: false }),
      ),
    withOtherStore: (folder) => embeddedAt(logFolder, folder),
    clear: async () => undefined,
  }
}

function clusterAt(
  brokers: readonly string[],
  url: string,
  dataDir: string,
  otherLog?: KafkaLogConfig,
): DriverPlace {
  const log = otherLog ?? aKafkaConfig(brokers)
  const store = { driver: 'redis', url, prefix: `t${randomUUID().slice(0, 8)}` }
  return {
    kind: 'cluster',
    config: { dataDir, log, store },
    open: () =>
      both(
        () => openKafkaLog({ config: log, instance: 'test', onFatal }),
        () => openRedisStore({ config: redisStoreConfig.parse(store), logger: createSilentLogger() }),
      ),
    withOtherStore: (folder) => clusterAt(brokers, url, folder, log),
    async clear() {
      if (otherLog === undefined) await removeTopics(brokers, log.prefix)
      await removeAll(url, store.prefix)
    },
  }
}

function onFatal(err: unknown): void {
  throw err
}

async function both(openLog: () => Promise<Log>, openStore: () => Promise<Store>) {
  const log = await openLog()
  const store = await openStore()
  return {
    log,
    store,
    async close() {
      await store.close()
      await log.close()
    },
  }
}
