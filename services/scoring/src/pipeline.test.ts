import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type DeadMention,
  deadMention,
  type Mention,
  partitionCount,
  type Skip,
  skipKey,
  skipPartition,
} from '@nabiz/shared/contracts'
import { type Log, openEmbeddedLog, partitionOf } from '@nabiz/shared/log'
import { createSilentLogger } from '@nabiz/shared/logging'
import { createRegistry } from '@nabiz/shared/metrics'
import { openEmbeddedStore, type Store } from '@nabiz/shared/store'
import { ManualClock } from '@nabiz/shared/time'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { aMention, anEngine, monday } from './engine/testing/story.ts'
import { createPipeline } from './pipeline.ts'
import { createModelShelf } from './sentiment/model-shelf.ts'
import type { SentimentEngine } from './sentiment/sentiment-engine.ts'
import { createBreather } from './steps/breather.ts'
import { createDeadLetterGuard } from './steps/dead-letter-guard.ts'
import { createTelemetry } from './telemetry.ts'

const partition = partitionOf('kuzey')
const logger = createSilentLogger()
let folder = ''
let clock: ManualClock
let log: Log
let store: Store

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nabiz-pipeline-'))
  clock = new ManualClock(monday)
  log = await openEmbeddedLog({ folder: join(folder, 'log'), clock, fsync: false, logger })
  store = await openEmbeddedStore({ folder: join(folder, 'store'), clock, fsync: false })
})
afterEach(async () => {
  await store.close()
  await log.close()
  await rm(folder, { recursive: true, force: true })
})

describe('a record on which our own code throws when it is half applied', () => {
  it('is tried three times, then stops its partition; it is no dead letter and no repeat, and nothing of it is written', async () => {
    await append([record(0), record(1, 'torn'), record(2)])
    const stage = await start()
    await vi.waitFor(() => expect(stage.stopped()).toContain(`nabiz skip ${partition} 1 `))
    await stage.stop()
    expect(stage.tries).toBe(3)
    expect(await stage.total('dropped')).toBe(0)
    expect(await deadLetters()).toEqual([])
    expect((await store.partitions('scoring').manifest(partition))?.offset ?? 1).toBe(1)
  })

  it('is counted, with all after it, by a build that can', async () => {
    await append([record(0), record(1, 'torn'), record(2)])
    const broken = await start()
    await vi.waitFor(() => expect(broken.stopped()).toContain('offset 1'))
    await broken.stop()
    const repaired = await start({ breaksOn: 'nothing' })
    await vi.waitFor(async () => expect((await bounds()).end).toBe(await repaired.next()))
    await repaired.stop()
    expect(await repaired.total('dropped')).toBe(0)
    expect(broken.countedIds.at(-1)).toBe('m0')
    expect(repaired.countedIds).toEqual(expect.arrayContaining(['m1', 'm2']))
  })

  it.each([
    ['the build that cannot', 'torn'],
    ['one that could', 'nothing'],
  ])('is passed over and counted as dropped once a person has said so, by %s', async (_build, breaksOn) => {
    await append([record(0), record(1, 'torn'), record(2)])
    await passOver(1)
    const stage = await start({ breaksOn })
    await vi.waitFor(async () => expect(await stage.next()).toBe(3))
    await stage.stop()
    expect(stage.stopped()).toBeUndefined()
    expect(stage.countedIds).not.toContain('m1')
    expect(await stage.total('received')).toBe((await stage.total('passed')) + (await stage.total('dropped')))
  })

  it('of another partition, or of a topic that was made again, stops nobody', async () => {
    await append([record(0), record(1), record(2)])
    await passOver(1, { partition: (partition + 1) % partitionCount })
    await passOver(1, { topicId: 'the topic before' })
    const stage = await start({ breaksOn: 'nothing' })
    await vi.waitFor(async () => expect(await stage.next()).toBe(3))
    await stage.stop()
    expect(stage.countedIds).toEqual(['m0', 'm1', 'm2'])
  })
})

describe('a mention', () => {
  it('is read with the names its brand has at that place of the log, after a restart too', async () => {
    const copy = (names: string[], configOffset: number) => ({
      ...{ v: 1, type: 'config', kind: 'brand', id: 'kuzey', brand: 'kuzey', version: 'b1', active: true },
      configOffset,
      content: { id: 'kuzey', name: 'Kuzey', names, zoneOffsets: [{ from: 0, minutes: 180 }] },
    })
    await append([record(0), copy(['Kuzey'], 1), record(1), copy(['Kuzey', 'KZY'], 2), record(2)])
    const stage = await start()
    await vi.waitFor(async () => expect(await stage.next()).toBe(5))
    await stage.stop()
    expect(stage.namesRead).toEqual([undefined, ['Kuzey'], ['Kuzey', 'KZY']])
    const again = await start()
    await append([record(3)])
    await vi.waitFor(async () => expect(await again.next()).toBe(6))
    await again.stop()
    expect(again.namesRead).toEqual([['Kuzey', 'KZY']])
  })
})

describe('too many unreadable records in a minute', () => {
  it('stop the partition with an error that names the place and what to do; each stands once in mentions.dead, and the next start goes on there', async () => {
    await append([record(0), ...Array.from({ length: 30 }, (_, i) => `no mention ${i}`)])
    const stage = await start()
    await vi.waitFor(() => expect(stage.stopped()).toContain('start again'))
    expect(stage.stopped()).toContain('offset 21')
    expect((await deadLetters()).map((dead) => dead.position)).toEqual(
      Array.from({ length: 20 }, (_, i) => `offset ${i + 1}`),
    )
    await stage.stop()
    const again = await start()
    await vi.waitFor(async () => expect(await again.next()).toBe(31))
    await again.stop()
    expect(await deadLetters()).toHaveLength(30)
  })
})

function aSentimentEngine(id: string): SentimentEngine {
  return {
    id,
    confusion: () => undefined,
    score: () => ({ ...aMention(0).sentiment, confidence: 1, engine: id }),
  }
}

function record(sequence: number, text = `text ${sequence}`): Mention {
  return aMention(sequence, { text }).mention
}

async function append(values: readonly (object | string)[]): Promise<void> {
  const bytes = values.map((value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)))
  await log.append(bytes.map((value) => ({ topic: 'mentions', key: 'kuzey', value })))
}

/** Says, as a person would, that a record is passed over. */
async function passOver(offset: number, other: Partial<Skip> = {}): Promise<void> {
  const topicId = await log.topicId('mentions')
  const record: Skip = {
    v: 1,
    type: 'skip',
    topicId,
    partition,
    offset,
    reason: 'bug 7',
    by: 'ada',
    ...other,
  }
  const value = Buffer.from(JSON.stringify(record))
  await log.append([
    { topic: 'config', key: skipKey(record.partition, offset), partition: skipPartition, value },
  ])
}

async function bounds(topic: 'mentions' | 'mentions.dead' = 'mentions', of = partition) {
  const found = (await log.bounds(topic)).find((one) => one.partition === of)
  return found ?? { partition: of, earliest: 0, end: 0 }
}

async function deadLetters(): Promise<DeadMention[]> {
  const found: DeadMention[] = []
  const from = partitionOf(`mentions/${partition}`)
  for await (const records of log.read({ topic: 'mentions.dead', partition: from, from: 0 })) {
    for (const { value } of records) found.push(deadMention.parse(JSON.parse(Buffer.from(value).toString())))
  }
  return found
}

/** The stage over log and store, with an engine that throws after it has applied a mention of the text `breaksOn`. */
async function start({ breaksOn = 'torn' } = {}) {
  const engine = anEngine()
  const registry = createRegistry()
  const countedIds: string[] = []
  const namesRead: (readonly string[] | undefined)[] = []
  let tries = 0
  const states = store.partitions('scoring')
  const pipeline = createPipeline({
    log,
    store,
    states,
    engine: {
      ...engine,
      apply(state, input, emit) {
        const result = engine.apply(state, input, emit)
        if (input.kind !== 'mention') return result
        const { id, text } = input.scored.mention
        // What was applied before the throw makes a second go look like a repeat.
        if (text === breaksOn && result.kind !== 'dropped') {
          tries += 1
          throw new Error('half-way')
        }
        if (result.kind !== 'dropped') countedIds.push(id)
        return result
      },
    },
    models: createModelShelf({ builtIn: [aSentimentEngine('lexicon-1')], custom: [] }),
    build: 'test',
    member: 'one',
    readText(_text, { brand }) {
      namesRead.push(brand?.names)
      return { sentiment: { ...aMention(0).sentiment, confidence: 1, engine: 'lexicon-1' }, terms: [] }
    },
    clock,
    random: () => 0.5,
    telemetry: createTelemetry(registry, logger),
    guard: createDeadLetterGuard(() => clock.now()),
    breathe: createBreather(),
    checkpointEveryMs: 0,
    checkpointEveryRecords: 1,
    acceptModelChangeFrom: undefined,
    progress: undefined,
    onDurable: () => undefined,
    reassign: (which) => subscription.reassign(which),
  })
  const subscription = await log.subscribe({
    group: 'scoring',
    topic: 'mentions',
    member: 'one',
    handler: pipeline,
  })
  return {
    countedIds,
    namesRead,
    get tries() {
      return tries
    },
    stopped: () => subscription.stoppedPartitions().get(partition),
    next: async () => (await states.manifest(partition))?.offset,
    stop: () => subscription.close(),
    /** Sum of a counter of records: received, passed or dropped. */
    async total(what: string): Promise<number> {
      const metric = await registry.getSingleMetric(`nabiz_scoring_records_${what}_total`)?.get()
      return (metric?.values ?? []).reduce((sum, { value }) => sum + value, 0)
    },
  }
}
