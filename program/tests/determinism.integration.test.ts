import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { columnMap } from '@nabiz/ingest'
import { createSilentLogger } from '@nabiz/shared/logging'
import { ManualClock } from '@nabiz/shared/time'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDrivers } from '../src/drivers.ts'
import { replay } from '../src/replay/replay.ts'
import { loadFile } from '../src/replay/replay-file.ts'
import { type Emissions, emissionsOf, scoreAgain } from './determinism/emissions.ts'
import { writeInventedFile } from './invented-file.ts'

const logger = createSilentLogger()
let folder = ''
let csv = ''
let first: Emissions

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nabiz-determinism-'))
  csv = join(folder, 'invented.csv')
  await writeInventedFile(csv, 11)
  first = await replayed('first', 1_000)
}, 60_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the same file', () => {
  it('holds what there is to repeat: counts, changing signals, an episode from opening to recovery', () => {
    expect(first.counts.flat().length).toBeGreaterThan(500)
    expect(first.signals.flat().length).toBeGreaterThan(100)
    expect(first.breaches.flat().filter((text) => text.includes('"transition":"opened"'))).not.toEqual([])
    expect(first.breaches.flat().filter((text) => text.includes('"transition":"recovered"'))).not.toEqual([])
  })

  it.each([1, 7, 1_000])(
    'replayed in batches of %i gives the same bytes',
    async (batch) => {
      expect(await replayed(`batch-${batch}`, batch)).toEqual(first)
    },
    120_000,
  )
})

describe('the same log', () => {
  it.each([
    { name: 'at once, its texts read on another thread', batch: 1_000, stops: [], threads: 1 },
    { name: 'in small batches', batch: 7, stops: [], threads: 0 },
    {
      name: 'with scoring stopped and begun again from its checkpoints',
      batch: 100,
      stops: [0.1, 0.4, 0.76, 0.8],
      threads: 0,
    },
  ])(
    'scored again $name gives the same bytes',
    async ({ batch, stops, threads }) => {
      await replayed(`log-${batch}`, 1_000)
      const clock = new ManualClock(Date.UTC(2026, 1, 5))
      const { log, close } = await openDrivers({
        dataDir: join(folder, `log-${batch}`),
        fsync: false,
        clock,
        logger,
      })
      // A store of its own: nothing is known of the first time.
      const other = await openDrivers({
        dataDir: join(folder, `store-${batch}`),
        fsync: false,
        clock,
        logger,
      })
      try {
        const again = await scoreAgain({ log, store: other.store, clock, batch, stops, threads })
        expect(again.emissions).toEqual(first)
        expect(again.readAhead > 0).toBe(threads > 0)
      } finally {
        await other.close()
        await close()
      }
    },
    120_000,
  )
})

async function replayed(name: string, maxBatchRecords: number): Promise<Emissions> {
  const file = await loadFile(csv, columnMap.parse({ createdAt: 'created_at' }), [], () => undefined)
  const dataDir = join(folder, name)
  await replay({
    file,
    config: undefined,
    logger,
    speed: undefined,
    dataDir,
    maxBatchRecords,
    stopping: new AbortController().signal,
    onProgress: () => undefined,
  })
  const drivers = await openDrivers({
    dataDir,
    fsync: false,
    clock: new ManualClock(0),
    logger,
    readOnly: true,
  })
  try {
    return await emissionsOf(drivers.log, new Map())
  } finally {
    await drivers.close()
  }
}
