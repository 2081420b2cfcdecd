import { join } from 'node:path'
import { type Log, openEmbeddedLog } from '@nabiz/shared/log'
import type { Logger } from '@nabiz/shared/logging'
import { openEmbeddedStore, type Store } from '@nabiz/shared/store'
import type { Clock } from '@nabiz/shared/time'

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
export async function openDrivers(options: DriversOptions): Promise<Drivers> {
  const { dataDir, clock, fsync, logger, readOnly = false } = options
  const log = await openEmbeddedLog({ folder: join(dataDir, 'log'), clock, fsync, logger, readOnly })
  try {
    const store = await openEmbeddedStore({ folder: join(dataDir, 'store'), clock, fsync, readOnly })
    return {
      log,
      store,
      async close() {
        await store.close()
        await log.close()
      },
    }
  } catch (err) {
    await log.close()
    throw err
  }
}
