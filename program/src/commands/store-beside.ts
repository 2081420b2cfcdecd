import { existsSync } from 'node:fs'
import { DependencyError } from '@nabiz/shared/errors'
import { createSilentLogger } from '@nabiz/shared/logging'
import type { Store } from '@nabiz/shared/store'
import { systemClock } from '@nabiz/shared/time'
import type { NabizConfig } from '../config/nabiz-config.ts'
import { clusterOf, openConfiguredStore, storeFolder } from '../drivers.ts'

type Use<T> = (store: Store) => Promise<T>

/** Reads the services' store. Undefined where nothing was kept yet: the embedded store's folder is not there. */
export async function readStoreBeside<T>(config: NabizConfig, use: Use<T>): Promise<T | undefined> {
  if (!clusterOf(config) && !existsSync(storeFolder(config.dataDir))) return undefined
  return closing(await open(config, true), use)
}

/** Writes to the services' store, made where there is none yet. Undefined while a running service holds an embedded one. */
export async function writeStoreBeside<T>(config: NabizConfig, use: Use<T>): Promise<T | undefined> {
  let store: Store
  try {
    store = await open(config, false)
  } catch (err) {
    if (err instanceof DependencyError && err.code === 'log_locked') return undefined
    throw err
  }
  return closing(store, use)
}

function open(config: NabizConfig, readOnly: boolean): Promise<Store> {
  return openConfiguredStore({ config, clock: systemClock, logger: createSilentLogger(), readOnly })
}

async function closing<T>(store: Store, use: Use<T>): Promise<T> {
  try {
    return await use(store)
  } finally {
    await store.close()
  }
}
