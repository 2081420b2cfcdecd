import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSilentLogger } from '@nabiz/shared/logging'
import { systemClock } from '@nabiz/shared/time'
import { type Drivers, openDrivers } from '../src/drivers.ts'

/** Runs with an empty folder and removes it. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'nabiz-bench-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Runs with the embedded log and store of a folder and closes them. */
export async function withDrivers<T>(
  dataDir: string,
  fsync: boolean,
  work: (drivers: Drivers) => Promise<T>,
): Promise<T> {
  const drivers = await openDrivers({ dataDir, fsync, clock: systemClock, logger: createSilentLogger() })
  try {
    return await work(drivers)
  } finally {
    await drivers.close()
  }
}
