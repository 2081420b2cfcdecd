import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { columnMap } from '@nabiz/ingest'
import type { Heartbeat } from '@nabiz/shared/contracts'
import { type Log, type LogRecord, type NewRecord, openEmbeddedLog, partitionOf } from '@nabiz/shared/log'
import { createSilentLogger } from '@nabiz/shared/logging'
import { openEmbeddedStore } from '@nabiz/shared/store'
import { ManualClock, minute } from '@nabiz/shared/time'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type DriverPlace, describeOnCluster } from '../../shared/testing/each-driver.ts'
import { replay } from '../src/replay/replay.ts'
import { loadFile } from '../src/replay/replay-file.ts'
import { type Emissions, recordsOf, scoreAgain } from './determinism/emissions.ts'
import { fileBrands, writeInventedFile } from './invented-file.ts'

/** Those of the brands, and one that hears nothing but heartbeats. */
const partitions = [...new Set([...fileBrands.map(partitionOf), 0])]
/** After so many records of a partition comes a heartbeat of a clock that is ten minutes fast. */
const fastEvery = 200

/**
 * Kafka gives its own append times, which the engine compares with each heartbeat's clock and uses for nothing else. So the
 * log is recorded on Kafka, and every record is then written to an embedded log whose clock stands at the very time Kafka
 * gave it: both hold the same records with the same offsets and timestamps.
 */
describeOnCluster('the same log on both pairs of drivers', (drivers) => {
  let folder = ''
  let cluster: DriverPlace
  let recorded: LogRecord[]
  let expected: { emissions: Emissions; refusedHeartbeats: number }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nabiz-same-log-'))
    cluster = drivers.place(folder)
    const opened = await cluster.open(new ManualClock(0))
    try {
      await record(await replayedRecords(folder), opened.log)
      recorded = await recordsOfLog(opened.log)
    } finally {
      await opened.close()
    }
    await copy(recorded, join(folder, 'copy'))
    expected = await scoredOnEmbedded('first', 1_000, [])
  }, 240_000)

  afterAll(async () => {
    await cluster.clear()
    await rm(folder, { recursive: true, force: true })
  })

  it('holds an episode, counts, and heartbeats of a fast clock that the guard refuses', () => {
    const { emissions, refusedHeartbeats } = expected
    expect(emissions.counts.flat().length).toBeGreaterThan(500)
    expect(emissions.signals.flat().length).toBeGreaterThan(100)
    const breaches = emissions.breaches.flat()
    expect(breaches.filter((text) => text.includes('"transition":"opened"'))).not.toEqual([])
    expect(breaches.filter((text) => text.includes('"transition":"recovered"'))).not.toEqual([])
    expect(refusedHeartbeats).toBeGreaterThan(10)
  })

  it('has the same records at the same offsets with the same timestamps on both', async () => {
    const log = await openEmbeddedLog({ folder: join(folder, 'copy'), readOnly: true })
    const copied = await recordsOfLog(log)
    await log.close()
    expect(copied.map(asText)).toEqual(recorded.map(asText))
  })

  it.each([
    { name: 'at once', batch: 1_000, stops: [] },
    { name: 'in small batches', batch: 7, stops: [] },
    {
      name: 'with scoring stopped and begun again from its checkpoints',
      batch: 100,
      stops: [0.1, 0.4, 0.76, 0.8],
    },
  ])(
    'scored $name gives the same bytes on Kafka and Redis as on LMDB',
    async ({ batch, stops }) => {
      const place = cluster.withOtherStore(folder)
      const clock = new ManualClock(Date.now())
      const { log, store, close } = await place.open(clock)
      try {
        expect(await scoreAgain({ log, store, clock, batch, stops })).toEqual(expected)
      } finally {
        await close()
        await place.clear()
      }
      if (batch < 1_000) expect(await scoredOnEmbedded(`batch-${batch}`, batch, stops)).toEqual(expected)
    },
    240_000,
  )

  async function scoredOnEmbedded(name: string, batch: number, stops: readonly number[]) {
    const clock = new ManualClock(Date.now())
    const log = await openEmbeddedLog({ folder: join(folder, 'copy'), clock, fsync: false })
    const store = await openEmbeddedStore({ folder: join(folder, name), clock, fsync: false })
    try {
      return await scoreAgain({ log, store, clock, batch, stops })
    } finally {
      await store.close()
      await log.close()
    }
  }
})

/** What ingest makes of an invented file of two brands over 40 hours. */
async function replayedRecords(folder: string): Promise<LogRecord[]> {
  const csv = join(folder, 'invented.csv')
  await writeInventedFile(csv, 11)
  const dataDir = join(folder, 'replayed')
  await replay({
    file: await loadFile(csv, columnMap.parse({ createdAt: 'created_at' }), [], () => undefined),
    config: undefined,
    logger: createSilentLogger(),
    speed: undefined,
    dataDir,
    stopping: new AbortController().signal,
    onProgress: () => undefined,
  })
  const log = await openEmbeddedLog({ folder: join(dataDir, 'log'), readOnly: true })
  const records = await recordsOfLog(log)
  await log.close()
  return records
}

/** Writes records to a log, and between them heartbeats of a second replica, whose clock is fast. */
async function record(records: readonly LogRecord[], log: Log): Promise<void> {
  for (let from = 0; from < records.length; from += fastEvery) {
    const some = records.slice(from, from + fastEvery)
    await log.append(some)
    const at = Date.now() + 10 * minute
    await log.append([...new Set(some.map(({ partition }) => partition))].map((one) => aHeartbeat(one, at)))
  }
}

function aHeartbeat(partition: number, at: number): NewRecord {
  const heartbeat: Heartbeat = { v: 1, type: 'heartbeat', at, source: 'fast', connectors: [] }
  const value = Buffer.from(JSON.stringify(heartbeat))
  return { topic: 'mentions', key: `#heartbeat/${partition}`, value, partition }
}

/** Appends each record to an embedded log at the time that it has. */
async function copy(records: readonly LogRecord[], folder: string): Promise<void> {
  const clock = new ManualClock(0)
  const log = await openEmbeddedLog({ folder, clock, fsync: false })
  const inOrder = records.toSorted((a, b) => a.timestamp - b.timestamp)
  for (let from = 0; from < inOrder.length; ) {
    const at = inOrder[from]?.timestamp ?? 0
    let to = from
    while (inOrder[to]?.timestamp === at) to += 1
    clock.set(at)
    await log.append(inOrder.slice(from, to))
    from = to
  }
  await log.close()
}

async function recordsOfLog(log: Log): Promise<LogRecord[]> {
  const found: LogRecord[] = []
  for (const { partition, earliest, end } of await log.bounds('mentions'))
    if (partitions.includes(partition))
      found.push(...(await recordsOf(log, 'mentions', partition, earliest, end)))
  return found
}

function asText({ partition, offset, timestamp, key, value }: LogRecord): string {
  return `${partition} ${offset} ${timestamp} ${key} ${Buffer.from(value).toString('latin1')}`
}
