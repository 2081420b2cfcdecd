import { join } from 'node:path'
import { DependencyError } from '@nabiz/shared/errors'
import { type Log, openEmbeddedLog, openKafkaLog } from '@nabiz/shared/log'
import type { Logger } from '@nabiz/shared/logging'
import { openEmbeddedStore, openRedisStore, type Store } from '@nabiz/shared/store'
import type { Clock } from '@nabiz/shared/time'
import type { NabizConfig } from './config/nabiz-config.ts'

export interface DriversOptions {
  dataDir: string
  fsync: boolean
  clock: Clock
  logger: Logger
  /** Reads beside the process that holds the folder. */
  readOnly?: boolean
}

/** Log and store of one deployment. */
export interface Drivers {
  log: Log
  store: Store
  close(): Promise<void>
}

/** Opens the embedded log and store in one folder; DependencyError log_locked when another process holds it. */
export function openDrivers(options: DriversOptions): Promise<Drivers> {
  const { dataDir, clock, fsync, logger, readOnly = false } = options
  return openBoth(
    () => openEmbeddedLog({ folder: logFolder(dataDir), clock, fsync, logger, readOnly }),
    () => openEmbeddedStore({ folder: storeFolder(dataDir), clock, fsync, readOnly }),
  )
}

/** Where a log and a store are, as a config says it. */
export type DriversPlace = Pick<NabizConfig, 'log' | 'store' | 'dataDir' | 'instance'>

/** The log and store of a cluster that a config names; undefined: both are the embedded ones in `dataDir`. */
export function clusterOf({ log, store }: Pick<DriversPlace, 'log' | 'store'>) {
  return log.driver === 'embedded' || store.driver === 'embedded' ? undefined : { log, store }
}

/** The embedded log and store of a folder. */
export function embeddedIn(dataDir: string): DriversPlace {
  return {
    instance: 'nabiz',
    dataDir,
    log: { driver: 'embedded', fsync: true },
    store: { driver: 'embedded' },
  }
}

export interface ConfiguredDriversOptions {
  config: DriversPlace
  clock: Clock
  logger: Logger
  /** Makes nothing; the embedded ones are read beside the process that holds them. */
  readOnly?: boolean
  /** The log cannot go on in this process, which must end. */
  onFatal(err: unknown): void
}

/**
 * Opens the log and store a config names. DependencyError when they are not there, are held by another process, or cannot
 * be trusted with mentions; within 30 s.
 */
export function openConfiguredDrivers(options: ConfiguredDriversOptions): Promise<Drivers> {
  const { config, clock, logger, readOnly = false, onFatal } = options
  const { dataDir, instance } = config
  const cluster = clusterOf(config)
  if (!cluster) {
    return openDrivers({ dataDir, fsync: fsyncOf(config), clock, logger, readOnly })
  }
  return openTogether(
    () => openKafkaLog({ config: cluster.log, instance, logger, readOnly, onFatal }),
    () => openRedisStore({ config: cluster.store, logger }),
  )
}

/** Opens the store alone. DependencyError as for both; log_locked: another process holds the embedded one. */
export async function openConfiguredStore(
  options: Omit<ConfiguredDriversOptions, 'onFatal'>,
): Promise<Store> {
  const { config, clock, logger, readOnly = false } = options
  const cluster = clusterOf(config)
  if (cluster) return openRedisStore({ config: cluster.store, logger })
  return openEmbeddedStore({ folder: storeFolder(config.dataDir), clock, fsync: fsyncOf(config), readOnly })
}

/** Where the embedded log is in a data folder. */
export function logFolder(dataDir: string): string {
  return join(dataDir, 'log')
}

/** Where the embedded store is in a data folder. */
export function storeFolder(dataDir: string): string {
  return join(dataDir, 'store')
}

function fsyncOf({ log }: Pick<DriversPlace, 'log'>): boolean {
  return log.driver === 'embedded' ? log.fsync : true
}

/** Both at once, so that waiting for one does not come on top of waiting for the other; tells what is wrong with both. */
async function openTogether(openLog: () => Promise<Log>, openStore: () => Promise<Store>): Promise<Drivers> {
  const [log, store] = await Promise.allSettled([openLog(), openStore()])
  if (log.status === 'fulfilled' && store.status === 'fulfilled') return together(log.value, store.value)
  if (log.status === 'fulfilled') await log.value.close()
  if (store.status === 'fulfilled') await store.value.close()
  const errors = [log, store].flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
  const [first, second] = errors
  if (!(first instanceof DependencyError && second instanceof DependencyError)) throw first
  throw new DependencyError(first.code, `${first.message}\n${second.message}`, {
    retryable: false,
    cause: new AggregateError(errors),
  })
}

async function openBoth(openLog: () => Promise<Log>, openStore: () => Promise<Store>): Promise<Drivers> {
  const log = await openLog()
  try {
    return together(log, await openStore())
  } catch (err) {
    await log.close()
    throw err
  }
}

function together(log: Log, store: Store): Drivers {
  return {
    log,
    store,
    async close() {
      await store.close()
      await log.close()
    },
  }
}
