import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSilentLogger } from '@nabiz/shared/logging'
import { ManualClock } from '@nabiz/shared/time'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { nabizConfig } from '../config/nabiz-config.ts'
import { type Drivers, openDrivers } from '../drivers.ts'
import { startVirtualRun } from './virtual-run.ts'

const start = Date.UTC(2025, 2, 3)
const logger = createSilentLogger()
const clock = new ManualClock(start)
let folder = ''
let drivers: Drivers

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nabiz-virtual-'))
  drivers = await openDrivers({ dataDir: folder, fsync: false, clock, logger })
})
afterEach(async () => {
  await drivers.close()
  await rm(folder, { recursive: true, force: true })
})

it('fails loudly when a partition stops, where waiting for its end would never end', async () => {
  const config = nabizConfig.parse({ brands: [{ id: 'velmora', name: 'Velmora', names: ['Velmora'] }] })
  const run = await startVirtualRun({ config, drivers, clock, platform: 'replay', logger, channels: [] })
  const garbage = Array.from({ length: 100 }, () => ({
    topic: 'mentions' as const,
    key: 'velmora',
    value: Buffer.from('no mention'),
  }))
  await drivers.log.append(garbage)
  await expect(run.settle()).rejects.toMatchObject({ code: 'partition_stopped' })
  await run.stop()
})
