import { existsSync } from 'node:fs'
import { type ConfigView, createConfigView } from '@nabiz/shared/config-view'
import { ConfigError } from '@nabiz/shared/errors'
import type { Log } from '@nabiz/shared/log'
import { createSilentLogger } from '@nabiz/shared/logging'
import { systemClock } from '@nabiz/shared/time'
import { clusterOf, type DriversPlace, logFolder, openConfiguredDrivers } from '../drivers.ts'

/** A log that is read beside whoever writes it. */
export interface RecordedLog {
  log: Log
  /** Its config as it stands. */
  view: ConfigView
}

/** Opens the log of a deployment for reading and closes it in the end. ConfigError where there is none. */
export async function withRecorded<T>(
  place: DriversPlace,
  use: (recorded: RecordedLog) => Promise<T>,
): Promise<T> {
  if (!clusterOf(place) && !existsSync(logFolder(place.dataDir))) {
    const expected = 'a folder with a log: the dataDir of a config on which nabiz ran, or --data-dir'
    throw new ConfigError('command line', [{ path: 'log', found: `none in ${place.dataDir}`, expected }])
  }
  const drivers = await openConfiguredDrivers({
    config: place,
    clock: systemClock,
    logger: createSilentLogger(),
    readOnly: true,
    onFatal: () => undefined,
  })
  try {
    const view = createConfigView(drivers.log, { clock: systemClock })
    await view.refresh()
    return await use({ log: drivers.log, view })
  } finally {
    await drivers.close()
  }
}
