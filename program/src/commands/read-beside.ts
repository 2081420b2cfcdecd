import { existsSync } from 'node:fs'
import { createSilentLogger } from '@nabiz/shared/logging'
import { systemClock } from '@nabiz/shared/time'
import type { NabizConfig } from '../config/nabiz-config.ts'
import { clusterOf, type Drivers, logFolder, openConfiguredDrivers, storeFolder } from '../drivers.ts'

/**
 * Reads log and store beside the services that run on them, and writes nothing. Undefined where nothing ran yet: the
 * folders of the embedded ones are not there (`nabiz connect` makes that of the store before any service ran).
 */
export async function readBeside<T>(
  config: NabizConfig,
  read: (drivers: Drivers) => Promise<T>,
): Promise<T | undefined> {
  const embedded = [logFolder(config.dataDir), storeFolder(config.dataDir)]
  if (!clusterOf(config) && !embedded.every((folder) => existsSync(folder))) return undefined
  const drivers = await openConfiguredDrivers({
    config,
    clock: systemClock,
    logger: createSilentLogger(),
    readOnly: true,
    onFatal: () => undefined,
  })
  try {
    return await read(drivers)
  } finally {
    await drivers.close()
  }
}
