import { randomUUID } from 'node:crypto'
import { createSilentLogger } from '@nabiz/shared/logging'
import { systemClock } from '@nabiz/shared/time'
import { startKafka } from '../../../shared/testing/servers/kafka-server.ts'
import { startRedis } from '../../../shared/testing/servers/redis-server.ts'
import { nabizConfig } from '../../src/config/nabiz-config.ts'
import { type Drivers, type DriversPlace, openConfiguredDrivers } from '../../src/drivers.ts'

/** Servers for one bench: those of `KAFKA_BROKERS` and `REDIS_URL`, else some started for it. */
export interface Cluster {
  brokers: readonly string[]
  redisUrl: string
  /** Where a log and a store of one's own are, apart from all others. */
  place(): DriversPlace & { prefix: string }
}

/** Runs with a broker and a Redis; one node each, so without copies. */
export async function withCluster<T>(work: (cluster: Cluster) => Promise<T>): Promise<T> {
  const { KAFKA_BROKERS, REDIS_URL } = process.env
  const kafka = KAFKA_BROKERS ? undefined : await startKafka()
  const redis = REDIS_URL ? undefined : await startRedis()
  const brokers = KAFKA_BROKERS?.split(',') ?? kafka?.brokers ?? []
  const redisUrl = REDIS_URL ?? redis?.url ?? ''
  try {
    return await work({ brokers, redisUrl, place: () => placeOn(brokers, redisUrl) })
  } finally {
    await kafka?.stop()
    await redis?.stop()
  }
}

function placeOn(brokers: readonly string[], redisUrl: string): DriversPlace & { prefix: string } {
  const prefix = `bench-${randomUUID().slice(0, 8)}`
  const config = nabizConfig.parse({
    instance: 'bench',
    log: { driver: 'kafka', brokers, prefix: `${prefix}.`, replication: 1, accept: ['replication'] },
    store: { driver: 'redis', url: redisUrl, prefix },
  })
  return { ...config, prefix: `${prefix}.` }
}

/** Runs with the log and store of a place and closes them. */
export async function withDriversAt<T>(
  place: DriversPlace,
  work: (drivers: Drivers) => Promise<T>,
): Promise<T> {
  const drivers = await openConfiguredDrivers({
    config: place,
    clock: systemClock,
    logger: createSilentLogger(),
    onFatal(err) {
      throw err
    },
  })
  try {
    return await work(drivers)
  } finally {
    await drivers.close()
  }
}
