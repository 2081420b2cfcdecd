import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { columnMap } from '@nabiz/ingest'
import { createLexiconEngine, createScoring, scoringConfig, tokensForTerms } from '@nabiz/scoring'
import type { Topic } from '@nabiz/shared/contracts'
import type { Log } from '@nabiz/shared/log'
import { createSilentLogger } from '@nabiz/shared/logging'
import { createRegistry } from '@nabiz/shared/metrics'
import { Progress } from '@nabiz/shared/pipeline'
import { ManualClock } from '@nabiz/shared/time'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDrivers } from '../src/drivers.ts'
import { replay } from '../src/replay/replay.ts'
import { loadFile } from '../src/replay/replay-file.ts'
import { writeInventedFile } from './invented-file.ts'

const emitted = ['signals', 'breaches', 'counts'] as const
const logger = createSilentLogger()
let folder = ''
let csv = ''
let first: Emissions

/** Values of each partition of each topic in order, as they stand in the log. */
type Emissions = Record<(typeof emitted)[number], string[][]>

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
    { name: 'at once', batch: 1_000, stops: [] },
    { name: 'in small batches', batch: 7, stops: [] },
    {
      name: 'with scoring stopped and begun again from its checkpoints',
      batch: 100,
      stops: [0.1, 0.4, 0.76, 0.8],
    },
  ])(
    'scored again $name gives the same bytes',
    async ({ batch, stops }) => {
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
        const starts = await endsOf(log)
        const progress = new Progress()
        const ends = new Map((await log.bounds('mentions')).map(({ partition, end }) => [partition, end]))
        for (const share of [...stops, 1]) {
          const scoring = createScoring({
            config: scoringConfig.parse({ checkpointEverySeconds: 600 }),
            log,
            store: other.store,
            clock,
            logger,
            registry: createRegistry(),
            random: () => 0.5,
            instance: 'virtual',
            build: 'test',
            sentiment: createLexiconEngine(),
            readTerms: tokensForTerms,
            maxBatchRecords: batch,
            progress,
            serveHttp: false,
          })
          await scoring.start()
          await progress.reached(
            new Map([...ends].map(([partition, end]) => [partition, Math.floor(end * share)])),
          )
          await scoring.stop()
        }
        expect(await emissionsOf(log, starts)).toEqual(first)
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

async function endsOf(log: Log): Promise<Map<string, number>> {
  const ends = new Map<string, number>()
  for (const topic of emitted)
    for (const { partition, end } of await log.bounds(topic)) ends.set(`${topic} ${partition}`, end)
  return ends
}

/** What stands behind the given ends; everything where none is given. */
async function emissionsOf(log: Log, starts: ReadonlyMap<string, number>): Promise<Emissions> {
  const read = async (topic: Topic) => {
    const partitions: string[][] = []
    for (const { partition, earliest, end } of await log.bounds(topic)) {
      const values: string[] = []
      const from = starts.get(`${topic} ${partition}`) ?? earliest
      if (from < end) {
        for await (const records of log.read({ topic, partition, from, to: end }))
          for (const { value } of records) values.push(Buffer.from(value).toString('latin1'))
      }
      partitions.push(values)
    }
    return partitions
  }
  return { signals: await read('signals'), breaches: await read('breaches'), counts: await read('counts') }
}
