import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createModelShelf, createScoring, type SentimentEngine, scoringConfig } from '@nabiz/scoring'
import { type ConfigView, createConfigView, publishConfig } from '@nabiz/shared/config-view'
import { brandConfig, breachRecord, sentimentModelId, signalRecord } from '@nabiz/shared/contracts'
import { partitionOf } from '@nabiz/shared/log'
import { createSilentLogger } from '@nabiz/shared/logging'
import { createRegistry } from '@nabiz/shared/metrics'
import { Progress } from '@nabiz/shared/pipeline'
import { day, hour, ManualClock, minute } from '@nabiz/shared/time'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type DriverPlace, describeOnEachDriver } from '../../shared/testing/each-driver.ts'
import { activateModel } from '../src/models/activate-model.ts'
import { modelInForce, putFirstModelInForce } from '../src/models/model-in-force.ts'
import { unlessStopped } from '../src/stopped-partitions.ts'
import { valuesOf } from './world.ts'

const brand = 'lorvex'
const partition = partitionOf(brand)
/** Finds a fifth negative. */
const strict = anEngine('strict@1', ['bad'])
/** Finds twice as much. */
const doubling = anEngine('doubling@1', ['bad', 'grey'])
const models = createModelShelf({ builtIn: [strict, doubling], custom: [] })

let folder = ''
let place: DriverPlace
let drivers: Awaited<ReturnType<DriverPlace['open']>>
let view: ConfigView
let clock: ManualClock
let now = 0
let sequence = 0

describeOnEachDriver('another sentiment engine', (pair) => {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nabiz-model-'))
    place = pair.place(folder)
    // All that is told lies behind the log's own time, on a log that gives the machine's as well.
    clock = new ManualClock(Math.floor(Date.now() / minute) * minute)
    now = clock.now() - 6 * day
    sequence = 0
    drivers = await place.open(clock)
    view = createConfigView(drivers.log, { clock })
    await view.refresh()
    await putFirstModelInForce({ ...drivers, view, models, by: 'test', at: 0 })
    await append([brandCopy(), modelCopy(strict.id, view.get('model', sentimentModelId)?.offset ?? 0)])
    await pass(4 * day)
  }, 120_000)
  afterEach(async () => {
    await drivers.close()
    await place.clear()
    await rm(folder, { recursive: true, force: true })
  })

  it('pages nobody once it is activated, while scoring runs, and the log read again gives the same', async () => {
    const scoring = await start()
    await scoring.settle()
    const config = { id: brand, name: brand, ...resolved }
    await publishConfig(drivers.log, view, [{ kind: 'brand', id: brand, content: config }], 'test', 0)
    const { log } = drivers
    const signal = new AbortController().signal
    const done = await activateModel({
      log,
      view,
      models,
      engine: doubling.id,
      by: 'ada',
      now: () => 1,
      build: 'test',
      signal,
    })
    expect(done).toEqual({ brands: 1, mentions: sequence })
    expect(modelInForce(view)).toBe(doubling.id)
    // As a relay would, daily and to whoever comes.
    await append([modelCopy(doubling.id, view.get('model', sentimentModelId)?.offset ?? 0)])
    await pass(26 * hour)
    await scoring.settle()
    await scoring.stop()
    const signals = await valuesOf(drivers.log, 'signals', signalRecord)
    expect(signals.at(-1)?.engine).toBe(doubling.id)
    expect(await opened()).toEqual([])
    await pass(10 * minute, 5)
    await drivers.close()
    const other = place.withOtherStore(join(folder, 'again'))
    drivers = await other.open(clock)
    const again = await start()
    await again.settle()
    await again.stop()
    const all = (await valuesOf(drivers.log, 'signals', signalRecord)).map((one) => JSON.stringify(one))
    expect(all.slice(signals.length, 2 * signals.length)).toEqual(signals.map((one) => JSON.stringify(one)))
    expect((await opened()).map(({ signal }) => signal)).toContain('negative')
    await other.clear()
  }, 120_000)

  it('pages when it is put in force as it is', async () => {
    const scoring = await start()
    const content = { engine: doubling.id }
    const item = { kind: 'model', id: sentimentModelId, content } as const
    const [moved] = await publishConfig(drivers.log, view, [item], 'test', 0)
    await append([modelCopy(doubling.id, moved?.offset ?? 0)])
    await pass(26 * hour)
    await scoring.settle()
    await scoring.stop()
    expect((await opened()).map(({ signal, engine }) => `${signal} by ${engine}`)).toContain(
      `negative by ${doubling.id}`,
    )
  }, 120_000)

  it('stops the partition where it is not at hand, naming both, and one that has it goes on', async () => {
    await append([modelCopy(doubling.id, 1_000)])
    await pass(hour)
    for (let turn = 0; turn < 2; turn += 1) {
      const without = await start([strict])
      await expect(without.settle()).rejects.toThrow(
        `partition ${partition}: the sentiment engine ${doubling.id} is in force for ${brand}, this process has ${strict.id}`,
      )
      await without.stop()
    }
    const having = await start()
    await having.settle()
    await having.stop()
    // Its state is of both now; even without a new copy the engine is missed.
    await pass(hour)
    const without = await start([strict])
    await expect(without.settle()).rejects.toThrow(doubling.id)
    await without.stop()
  }, 120_000)

  async function start(engines: [SentimentEngine, ...SentimentEngine[]] = [strict, doubling]) {
    const [sentiment, ...otherEngines] = engines
    const progress = new Progress()
    const scoring = createScoring({
      ...drivers,
      config: scoringConfig.parse({ checkpointEverySeconds: 1 }),
      clock,
      logger: createSilentLogger(),
      registry: createRegistry(),
      random: () => 0.5,
      instance: 'one',
      build: 'test',
      sentiment,
      otherEngines,
      progress,
      serveHttp: false,
    })
    await scoring.start()
    return {
      stop: () => scoring.stop(),
      async settle() {
        const bounds = await drivers.log.bounds('mentions')
        const ends = new Map(bounds.map(({ partition: each, end }) => [each, end]))
        await unlessStopped([scoring], progress.reached(ends))
      },
    }
  }
})

const resolved = { zoneOffsets: [{ from: 0, minutes: 0 }] }

function brandCopy(): object {
  const content = { ...brandConfig.parse({ id: brand, name: brand }), ...resolved }
  return {
    v: 1,
    type: 'config',
    kind: 'brand',
    id: brand,
    version: 'b1',
    brand,
    configOffset: 0,
    active: true,
    content,
  }
}

function modelCopy(engine: string, configOffset: number): object {
  const id = sentimentModelId
  return {
    v: 1,
    type: 'config',
    kind: 'model',
    id,
    version: engine,
    brand,
    configOffset,
    active: true,
    content: { engine },
  }
}

/** A heartbeat a minute and about 40 mentions in an hour, a fifth bad and a fifth grey; `bad` more of them, all bad. */
async function pass(lengthMs: number, bad = 0): Promise<void> {
  const records: object[] = []
  for (const until = now + lengthMs; now < until; now += minute) {
    records.push({ v: 1, type: 'heartbeat', at: now, source: 'ingest', connectors: [] })
    const roll = (Math.imul(Math.floor(now / minute), 2_654_435_761) >>> 8) % 100
    if (roll < 67) records.push(mention(roll < 13 ? 'bad' : roll < 27 ? 'grey' : 'plain'))
    for (let turn = 0; turn < bad; turn += 1) records.push(mention('bad'))
  }
  await append(records)
}

function mention(text: string): object {
  sequence += 1
  return {
    v: 1,
    type: 'mention',
    id: `m${sequence}`,
    platform: 'forum',
    kind: 'post',
    brand,
    author: { id: `k1:${sequence}`, followers: 10 },
    text,
    createdAt: now,
    receivedAt: now,
    operation: 'upsert',
    visibility: 'public',
    own: false,
  }
}

async function append(values: readonly object[]): Promise<void> {
  for (let from = 0; from < values.length; from += 1_000) {
    await drivers.log.append(
      values.slice(from, from + 1_000).map((value) => ({
        topic: 'mentions' as const,
        key: brand,
        value: Buffer.from(JSON.stringify(value), 'utf8'),
      })),
    )
  }
}

async function opened() {
  const records = await valuesOf(drivers.log, 'breaches', breachRecord)
  return records
    .filter((record) => record.type === 'transition')
    .filter(({ transition }) => transition === 'opened')
}

function anEngine(id: string, negative: readonly string[]): SentimentEngine {
  return {
    id,
    confusion: () => undefined,
    score: (text) => {
      const isNegative = negative.includes(text)
      return {
        label: isNegative ? 'negative' : 'neutral',
        score: isNegative ? -1 : 0,
        confidence: 1,
        language: 'tr',
        engine: id,
      }
    },
  }
}
