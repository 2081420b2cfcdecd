import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createScoring, createSentimentEngine, scoringConfig } from '@nabiz/scoring'
import { breachRecord, mentionsRecord, thresholdsConfig } from '@nabiz/shared/contracts'
import { createSilentLogger } from '@nabiz/shared/logging'
import { createRegistry } from '@nabiz/shared/metrics'
import { Progress } from '@nabiz/shared/pipeline'
import { systemClock } from '@nabiz/shared/time'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type DriverPlace, describeOnEachDriver } from '../../shared/testing/each-driver.ts'
import { buildId } from '../src/build-id.ts'
import { createInstalled, eventually, type Installed } from './cli/installed.ts'
import { textsOf } from './cli/read-log.ts'
import type { RunningNabiz } from './cli/run-nabiz.ts'

const velmora = { id: 'velmora', name: 'Velmora', names: ['Velmora'] }
const withAlias = { ...velmora, aliases: ['Zorvel'] }
/** Of a brand's first day: pages at 20 mentions an hour where the default is 100. */
const sooner = { id: 'default', floors: { firstDayPerHour: 20 } }
const talk = (count: number) =>
  Array.from({ length: count }, (_, index) => `my parcel of Zorvel, day ${index}`)

let folder = ''
let place: DriverPlace
let installed: Installed
let nabiz: RunningNabiz

describeOnEachDriver('an edit of nabiz.yaml while nabiz runs', (drivers) => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nabiz-reload-test-'))
    place = drivers.place(join(folder, 'data'))
    installed = await createInstalled(folder, place)
    await installed.configure({ brands: [velmora] })
    nabiz = await installed.start()
  }, 120_000)

  afterAll(async () => {
    nabiz.child.kill('SIGKILL')
    await nabiz.ended()
    await place.clear()
    await rm(folder, { recursive: true, force: true })
  })

  it('finds a new alias of a brand within seconds of SIGHUP', async () => {
    expect(await installed.push('Velmora is here', 'Zorvel is here')).toMatchObject({
      passed: 1,
      dropped: { no_brand: 1 },
    })
    await installed.configure({ brands: [withAlias] })
    nabiz.child.kill('SIGHUP')
    await eventually(async () => ((await installed.push('Zorvel again')).passed === 1 ? true : undefined))
  }, 120_000)

  it('refuses a file with a fault, says which, and goes on with what was in force', async () => {
    await installed.configure({ brands: [{ ...velmora, timeZone: 'Mars/Olympus' }] })
    nabiz.child.kill('SIGHUP')
    await eventually(async () => (nabiz.stdout().includes('new config refused') ? true : undefined))
    expect(nabiz.stdout()).toContain('brands[0].timeZone')
    expect((await installed.push('Zorvel is still known')).passed).toBe(1)
  }, 120_000)

  it('puts new thresholds in force as the file is saved, without a signal', async () => {
    await installed.push(...talk(40))
    await installed.configure({ brands: [withAlias], thresholds: [sooner] })
    await eventually(async () => {
      const records = await installed.withDrivers(({ log }) => textsOf(log, 'mentions', 'velmora'))
      return records.map(readMentions).some(isSooner) || undefined
    })
    await installed.push(...talk(10))
    await eventually(async () => (await opened()).length > 0 || undefined)
    nabiz.child.kill('SIGTERM')
    expect(await nabiz.ended()).toBe(0)
  }, 120_000)

  it('writes the new config into the brand’s partition before the first mention counted under it', async () => {
    const records = (await installed.withDrivers(({ log }) => textsOf(log, 'mentions', 'velmora'))).map(
      readMentions,
    )
    const first = records.findIndex((record) => record.type === 'mention')
    expect(records.slice(0, first).map((record) => record.type)).toContain('config')
    const alias = records.findIndex(
      (record) => record.type === 'config' && JSON.stringify(record.content).includes('Zorvel'),
    )
    const underAlias = records.findIndex(
      (record) => record.type === 'mention' && record.text.includes('Zorvel'),
    )
    expect(alias).toBeGreaterThan(first)
    expect(underAlias).toBeGreaterThan(alias)
  })

  it('stands in the log: a fresh scoring over it gives the same bytes, the change at the same place', async () => {
    const read = (topic: 'signals' | 'breaches') =>
      installed.withDrivers(({ log }) => textsOf(log, topic, 'velmora'))
    const live = { signals: await read('signals'), breaches: await read('breaches') }
    expect(live.signals.length).toBeGreaterThan(0)
    expect(live.breaches.length).toBeGreaterThan(0)
    await scoreAgain()
    for (const topic of ['signals', 'breaches'] as const) {
      const before = live[topic].length
      expect((await read(topic)).slice(before, 2 * before)).toEqual(live[topic])
    }
    const copies = (await installed.withDrivers(({ log }) => textsOf(log, 'mentions', 'velmora')))
      .map(readMentions)
      .filter(isSooner)
    const version = copies[0]?.type === 'config' ? copies[0].version : undefined
    for (const { config, window } of await opened()) {
      expect(config).toBe(version)
      expect(window.value).toBeGreaterThanOrEqual(20)
      expect(window.value).toBeLessThan(100)
    }
  }, 120_000)
})

type MentionsRecord = ReturnType<typeof readMentions>

function readMentions(text: string) {
  return mentionsRecord.parse(JSON.parse(text))
}

function isSooner(record: MentionsRecord): boolean {
  if (record.type !== 'config' || record.kind !== 'thresholds') return false
  return thresholdsConfig.parse(record.content).floors.firstDayPerHour === sooner.floors.firstDayPerHour
}

async function opened() {
  const texts = await installed.withDrivers(({ log }) => textsOf(log, 'breaches', 'velmora'))
  return texts
    .map((text) => breachRecord.parse(JSON.parse(text)))
    .filter((record) => record.type === 'transition')
    .filter((record) => record.brand === 'velmora' && record.transition === 'opened')
}

/** Scores the log again with a state of nothing. */
async function scoreAgain(): Promise<void> {
  const other = place.withOtherStore(join(folder, 'other'))
  const { log, store, close } = await other.open(systemClock)
  const progress = new Progress()
  const scoring = createScoring({
    config: scoringConfig.parse({}),
    log,
    store,
    clock: systemClock,
    logger: createSilentLogger(),
    registry: createRegistry(),
    random: () => 0.5,
    instance: 'again',
    build: buildId(),
    sentiment: createSentimentEngine(),
    progress,
    serveHttp: false,
  })
  await scoring.start()
  const bounds = await log.bounds('mentions')
  await progress.reached(new Map(bounds.map(({ partition, end }) => [partition, end])))
  await scoring.stop()
  await close()
  await other.clear()
}
