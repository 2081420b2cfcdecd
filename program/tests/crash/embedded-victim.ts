import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { createSilentLogger } from '@nabiz/shared/logging'
import { systemClock } from '@nabiz/shared/time'
import { openDrivers } from '../../src/drivers.ts'
import { crashBrands, createInstallation, ended } from './installation.ts'
import { type KillPoint, killPoints, patienceOf, pointProgram } from './kill-points.ts'
import { readOutcome } from './read-outcome.ts'
import type { Receiver } from './receiver.ts'
import { shuffle } from './seeded.ts'
import type { Blow, Victim } from './victim.ts'

type Kill =
  | { kind: 'moment'; starting: boolean; afterMs: number }
  | { kind: 'point'; point: KillPoint; passes: number; storm?: string }
  /** As the first page of a storm arrives, before it is answered. */
  | { kind: 'answer'; storm: string }

/** `nabiz all` on the embedded drivers: one process, killed and started again. */
export async function createEmbeddedVictim(folder: string, receiver: Receiver): Promise<Victim> {
  const installation = await createInstallation(folder, receiver.url)
  const points = Object.fromEntries([...killPoints, 'before-answer'].map((point) => [point, 0]))
  let running: ChildProcess | undefined

  async function start(): Promise<ChildProcess> {
    running ??= installation.start()
    await untilReady(running)
    return running
  }

  async function untilReady(child: ChildProcess): Promise<void> {
    const until = Date.now() + 180_000
    while (!(await installation.isReady())) {
      if (child.exitCode !== null) throw new Error(`nabiz ended by itself with ${child.exitCode}`)
      // A child that kills itself at a point may reach it before it is ready: the kill has happened, which is all we want.
      if (child.signalCode !== null) return
      if (Date.now() > until) throw new Error('nabiz was not ready within three minutes')
      await sleep(50)
    }
  }

  async function strike(kill: Kill, storm: (brand: string) => void): Promise<void> {
    if (kill.kind === 'moment') {
      running ??= installation.start()
      if (!kill.starting) await untilReady(running)
      await sleep(kill.afterMs)
    } else if (kill.kind === 'answer') {
      const child = await start()
      const arrived = receiver.refuseFirst(kill.storm, () => {
        child.kill('SIGKILL')
        points['before-answer'] = (points['before-answer'] ?? 0) + 1
      })
      storm(kill.storm)
      await Promise.race([arrived, sleep(30_000)])
    } else {
      running?.kill('SIGKILL')
      if (running) await ended(running)
      running = installation.start(pointProgram(kill.point, kill.passes))
      const child = running
      if (kill.storm) {
        await untilReady(child)
        storm(kill.storm)
      }
      const patience = patienceOf(kill.point, 30_000)
      const timer = setTimeout(() => child.kill('SIGKILL'), patience)
      const at = Date.now()
      await ended(child)
      clearTimeout(timer)
      if (Date.now() - at < patience) points[kill.point] = (points[kill.point] ?? 0) + 1
    }
    running?.kill('SIGKILL')
    if (running) await ended(running)
    running = undefined
  }

  return {
    pushUrls: [installation.pushUrl],
    points,
    faults: [],
    start: async () => void (await start()),
    plan: (kills, random) =>
      planKills(kills, random).map((kill): Blow => {
        return { name: describeKill(kill), kills: 1, strike: (storm) => strike(kill, storm) }
      }),
    recover: async () => void (await start()),
    async end() {
      if (!running) return []
      running.kill('SIGTERM')
      return [await ended(running)]
    },
    async outcome() {
      const { dataDir } = installation
      const logger = createSilentLogger()
      // Also beside the process that holds the folder.
      const drivers = await openDrivers({ dataDir, fsync: true, clock: systemClock, logger, readOnly: true })
      try {
        return await readOutcome(drivers)
      } finally {
        await drivers.close()
      }
    },
    async close() {
      running?.kill('SIGKILL')
    },
  }
}

/** Random moments, a fourth of them while the process starts, and between them every exact point at least once. */
function planKills(kills: number, random: () => number): Kill[] {
  const [first = '', second = '', ...others] = crashBrands
  const exact: Kill[] = killPoints.map((point) => {
    const passes = Math.floor(random() * 3)
    if (point === 'breach-appended') return { kind: 'point', point, passes: 0, storm: first }
    if (point === 'incident-written') return { kind: 'point', point, passes: 0, storm: second }
    return { kind: 'point', point, passes }
  })
  exact.push(...others.map((storm): Kill => ({ kind: 'answer', storm })))
  const repeatable = killPoints.filter((point) => point !== 'breach-appended' && point !== 'incident-written')
  while (exact.length < kills / 3) {
    const point = repeatable[Math.floor(random() * repeatable.length)] ?? 'mentions-appended'
    exact.push({ kind: 'point', point, passes: Math.floor(random() * 5) })
  }
  const moments = Array.from({ length: Math.max(0, kills - exact.length) }, (): Kill => {
    const starting = random() < 0.25
    return { kind: 'moment', starting, afterMs: Math.floor(random() * (starting ? 2_000 : 1_200)) }
  })
  return shuffle([...exact, ...moments], random)
}

function describeKill(kill: Kill): string {
  if (kill.kind === 'point') return kill.point
  if (kill.kind === 'answer') return 'before-answer'
  return `${kill.afterMs} ms after ${kill.starting ? 'its start' : 'it was ready'}`
}
