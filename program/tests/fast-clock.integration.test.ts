import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { partitionCount } from '@nabiz/shared/contracts'
import { minute, second } from '@nabiz/shared/time'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { type DriverPlace, describeOnCluster } from '../../shared/testing/each-driver.ts'
import { readStatus } from '../src/commands/status.ts'
import { createInstalled, eventually, type Installed } from './cli/installed.ts'
import { countedInState } from './cli/read-log.ts'
import { type RunningNabiz, startNabiz } from './cli/run-nabiz.ts'

const velmora = { id: 'velmora', name: 'Velmora', names: ['Velmora'] }
const probeLease = 'source/probe'
/** Has everything in a process believe that it is ten minutes later. */
const fastClock = `
const Right = Date
globalThis.Date = class extends Right {
  constructor(...parts) { parts.length === 0 ? super(Right.now() + 600_000) : super(...parts) }
  static now() { return Right.now() + 600_000 }
}`

/** Real processes, clocks, brokers and leases; the second ingest is ten minutes ahead of all others. */
describeOnCluster('two replicas of ingest, one ten minutes fast', (drivers) => {
  let folder = ''
  let place: DriverPlace
  let installed: Installed
  let right: RunningNabiz
  let fast: RunningNabiz
  let leaseBefore: number | undefined

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nabiz-fast-clock-'))
    place = drivers.place(folder)
    installed = await createInstalled(folder, place)
    await installed.configure({ brands: [velmora] })
    right = await installed.start()
    leaseBefore = await leaseToken()
    const config = { ...place.config, instance: 'fast', brands: [velmora], ingest: { port: 0 } }
    await writeFile(join(folder, 'fast.yaml'), stringify(config))
    const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(fastClock)}` }
    fast = startNabiz(['ingest', '-c', 'fast.yaml'], { cwd: folder, env })
    // One beat at its start and one every five seconds, to every partition.
    await eventually(async () => ((await refused()) >= 3 * partitionCount ? true : undefined), 90_000)
  }, 180_000)

  afterAll(async () => {
    for (const nabiz of [right, fast]) {
      nabiz?.child.kill('SIGKILL')
      await nabiz?.ended()
    }
    await place.clear()
    await rm(folder, { recursive: true, force: true })
  })

  it('has time go on by the right one alone', async () => {
    const rows = await installed.withDrivers(({ log, store }) => readStatus(log, store, Date.now()))
    const times = rows
      .filter(({ stage }) => stage === 'scoring')
      .map(({ partitionTime }) => partitionTime ?? 0)
    expect(times).toHaveLength(partitionCount)
    expect(Math.min(...times)).toBeGreaterThan(Date.now() - minute)
    expect(Math.max(...times)).toBeLessThan(Date.now() + 5 * second)
  })

  it('counts what the right one takes, while the fast one is refused and counted', async () => {
    expect((await installed.push('Velmora is late', 'Velmora is early')).passed).toBe(2)
    const counted = () => installed.withDrivers((opened) => countedInState(opened, velmora.id))
    await eventually(async () => ((await counted()) === 2 ? true : undefined), 60_000)
    expect((await refused()) % partitionCount).toBe(0)
  })

  it('steals no lease: its 30 s are over by the fast clock, and Redis goes by its own', async () => {
    expect(await installed.withDrivers(({ store }) => store.acquireLease(probeLease, 'fast', 1_000))).toBe(
      undefined,
    )
    expect(await leaseToken()).toBe(leaseBefore)
  })

  /** Token of the lease on the probe, which the right replica has; it would be another had it ever been lost. */
  async function leaseToken(): Promise<number | undefined> {
    const lease = await installed.withDrivers(({ store }) =>
      store.acquireLease(probeLease, 'program-test', 30_000),
    )
    return lease?.token
  }

  /** Heartbeats that scoring refused. */
  async function refused(): Promise<number> {
    const text = await (await fetch(`${installed.urls.scoring}/metrics`)).text()
    const line = /^nabiz_scoring_records_dropped_total\{[^}]*reason="refused_heartbeat"[^}]*\} (\d+)$/m
    return Number(line.exec(text)?.[1] ?? 0)
  }
})
