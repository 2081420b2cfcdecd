import type { ChildProcess } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createSilentLogger } from '@nabiz/shared/logging'
import { systemClock } from '@nabiz/shared/time'
import { stringify } from 'yaml'
import { freePorts } from '../../../shared/testing/servers/free-port.ts'
import { nabizConfig } from '../../src/config/nabiz-config.ts'
import { openConfiguredDrivers } from '../../src/drivers.ts'
import { ended, isReadyAt, startProgram } from '../crash/installation.ts'
import { type Counted, countOnce } from './count-once.ts'
import type { CountersSeen } from './counters-seen.ts'
import type { PlatformInTrouble } from './platform-in-trouble.ts'
import { troubledPlatforms } from './troubled-platforms.ts'

const brand = 'velmora'
/** Ingest is killed at the end of each. */
const phases = 5
const writesPerPhase = 10
/** A machine with a lot to do starts slowly, ms. */
const readyWithinMs = 60_000
/** After the last start everything is found within this time, ms; X is asked for what a gap held after half a minute. */
const foundWithinMs = 150_000

export interface DayOptions {
  folder: string
  /** `log` and `store` of nabiz.yaml. */
  drivers: { log: object; store: object }
  /** Takes the broker away and brings it back, where there is one. */
  restartBroker?(): Promise<void>
}

/** What a day of trouble left. */
export interface DayResult {
  expected: string[]
  /** Texts by how often they count, but for those that count once. */
  wrong: Record<string, number>
  missing: string[]
  /** Records of texts that stand more than once in the log. */
  repeats: number
  kills: number
  /** Counters whose deltas do not add up to what the platform says, in words. */
  counters: string[]
  faults: string[]
}

/** All platforms at once, every one with its troubles, and ingest killed five times meanwhile. */
export async function dayOfTrouble({ folder, drivers, restartBroker }: DayOptions): Promise<DayResult> {
  await mkdir(folder, { recursive: true })
  const [port = 0] = await freePorts(1)
  const platforms = await startPlatforms(folder)
  const config = {
    instance: 'trouble',
    dataDir: join(folder, 'data'),
    logLevel: 'error',
    ...drivers,
    outgoing: { allowHosts: ['127.0.0.1'] },
    brands: [{ id: brand, name: 'Velmora', names: ['Velmora'] }],
    ingest: { port, connectors: platforms.map(({ account }) => account) },
  }
  const configPath = join(folder, 'nabiz.yaml')
  await writeFile(configPath, stringify(config))
  const expected: string[] = []
  let kills = 0
  let child: ChildProcess | undefined

  async function start(): Promise<ChildProcess> {
    child = startProgram(['program/bin/nabiz.mjs', 'ingest'], configPath, 'inherit')
    const until = Date.now() + readyWithinMs
    while (!(await isReadyAt(port))) {
      if (child.exitCode !== null) throw new Error(`nabiz ingest ended by itself with ${child.exitCode}`)
      if (Date.now() > until) throw new Error('nabiz ingest was not ready in time')
      await sleep(50)
    }
    return child
  }

  async function write(times: number): Promise<void> {
    for (let left = times; left > 0; left -= 1) {
      for (const one of platforms) {
        const text = `Velmora yine gecikti ${one.platform} ${expected.length}`
        expected.push(text)
        one.write(text, `http://127.0.0.1:${port}/webhooks/${one.platform}/main`)
      }
      await sleep(30)
    }
  }

  async function read() {
    const place = nabizConfig.parse({ instance: 'reader', dataDir: config.dataDir, ...drivers })
    const opened = await openConfiguredDrivers({
      config: place,
      clock: systemClock,
      logger: createSilentLogger(),
      readOnly: true,
      onFatal: () => undefined,
    })
    try {
      return await countOnce(opened.log, brand)
    } finally {
      await opened.close()
    }
  }

  function counterFaults(seen: CountersSeen): string[] {
    return platforms.flatMap((one) =>
      (one.counters?.() ?? []).flatMap((now) => seen.faultsOf(one.platform, now)),
    )
  }

  function isAllFound({ counted, counters }: Counted): boolean {
    return counted.size >= expected.length && counterFaults(counters).length === 0
  }

  try {
    for (let phase = 0; phase < phases; phase += 1) {
      for (const one of platforms) one.trouble(phase)
      const running = await start()
      const broker = phase === 2 ? restartBroker?.() : undefined
      await write(writesPerPhase)
      await sleep(300 * phase)
      running.kill('SIGKILL')
      await ended(running)
      kills += 1
      await Promise.all([broker, write(2)])
    }
    for (const one of platforms) one.calm()
    const running = await start()
    await Promise.all(platforms.map((one) => one.settled()))
    const until = Date.now() + foundWithinMs
    while (Date.now() < until && !isAllFound(await read())) await sleep(1_000)
    running.kill('SIGTERM')
    await ended(running)
    const { counted, written, counters } = await read()
    return {
      expected,
      wrong: Object.fromEntries(
        [...counted].filter(([text, times]) => times !== 1 || !expected.includes(text)),
      ),
      missing: expected.filter((text) => !counted.has(text)),
      repeats: [...written.values()].filter((times) => times > 1).length,
      kills,
      counters: counterFaults(counters),
      faults: platforms.flatMap((one) => one.faults()),
    }
  } finally {
    child?.kill('SIGKILL')
    for (const one of platforms) await one.close()
  }
}

async function startPlatforms(folder: string): Promise<PlatformInTrouble[]> {
  const writing: Promise<void>[] = []
  const started = await Promise.all(
    Object.entries(troubledPlatforms).map(([name, start]) =>
      start({
        brand,
        secret(what, value) {
          const file = join(folder, `${name}-${what}`)
          writing.push(writeFile(file, value, { mode: 0o600 }))
          return { file }
        },
      }),
    ),
  )
  await Promise.all(writing)
  return started
}
