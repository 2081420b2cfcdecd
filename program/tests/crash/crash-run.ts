import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createFeeder, type Feeder, type PushedItem } from './feeder.ts'
import { crashBrands, createInstallation, ended, type Installation } from './installation.ts'
import { type KillPoint, killPoints } from './kill-points.ts'
import { type Outcome, readOutcome, totalOf } from './read-outcome.ts'
import { createReceiver, type Received } from './receiver.ts'
import { createSeeded } from './seeded.ts'

export interface CrashRunOptions {
  folder: string
  kills: number
  seed: number
  onProgress(line: string): void
}

/** What a run of kills left, beside what an undisturbed one left of the same feed. */
export interface CrashRunResult {
  kills: number
  /** Times each exact point was hit; `before-answer`: as a page had arrived and was not answered. */
  points: Record<KillPoint | 'before-answer', number>
  /** Mentions sent, and by `brand minute`. */
  sent: number
  sentByMinute: Record<string, number>
  /** Tries of the feeder that were not answered. */
  unanswered: number
  killed: Outcome & { received: Received[] }
  undisturbed: Outcome & { received: Received[] }
  /** Exit codes of the orderly ends. */
  exits: (number | string)[]
}

/** Mentions are written this long before they are sent, so that no outage moves one into another minute. */
const writtenAgoMs = 60_000
const stormMentions = 400

/** Feeds two installations alike, kills one of them over and over, and reads what stands in both at the end. */
export async function crashRun(options: CrashRunOptions): Promise<CrashRunResult> {
  const random = createSeeded(options.seed)
  const receivers = [await createReceiver(), await createReceiver()] as const
  const killed = await createInstallation(join(options.folder, 'killed'), receivers[0].url)
  const undisturbed = await createInstallation(join(options.folder, 'undisturbed'), receivers[1].url)
  const calm = undisturbed.start()
  const feeders = [createFeeder(killed.pushUrl), createFeeder(undisturbed.pushUrl)]
  const feed = startFeed(feeders, random)
  const points = Object.fromEntries([...killPoints, 'before-answer'].map((point) => [point, 0])) as Record<
    KillPoint | 'before-answer',
    number
  >
  let running: ChildProcess | undefined
  try {
    await untilReady(undisturbed, calm)
    // The first start makes the log; from here on every start finds one.
    running = killed.start()
    await untilReady(killed, running)
    const plan = planKills(options.kills, random)
    for (const [index, kill] of plan.entries()) {
      if (kill.kind === 'moment') {
        running ??= killed.start()
        if (!kill.starting) await untilReady(killed, running)
        await sleep(kill.afterMs)
        running.kill('SIGKILL')
      } else if (kill.kind === 'answer') {
        running ??= killed.start()
        await untilReady(killed, running)
        const child = running
        const arrived = new Promise<void>((resolve) => {
          receivers[0].beforeAnswer = ({ brand }) => {
            if (brand !== kill.storm) return true
            child.kill('SIGKILL')
            points['before-answer'] += 1
            receivers[0].beforeAnswer = () => true
            resolve()
            return false
          }
        })
        feed.storm(kill.storm)
        await Promise.race([arrived, sleep(30_000)])
        child.kill('SIGKILL')
      } else {
        if (running) {
          running.kill('SIGKILL')
          await ended(running)
        }
        running = killed.start(pointProgram(kill.point, kill.passes))
        const child = running
        if (kill.storm) {
          await untilReady(killed, child)
          feed.storm(kill.storm)
        }
        const timer = setTimeout(() => child.kill('SIGKILL'), 30_000)
        const at = Date.now()
        await ended(child)
        clearTimeout(timer)
        if (Date.now() - at < 30_000) points[kill.point] += 1
      }
      await ended(running)
      running = undefined
      options.onProgress(
        `kill ${index + 1} of ${plan.length}: ${describeKill(kill)}, ${feed.sent()} mentions`,
      )
    }
    feed.stop()
    running = killed.start()
    await untilReady(killed, running)
    await Promise.all(feeders.map((feeder) => feeder.done()))
    await untilCounted([killed, undisturbed], feed.sent())
    for (const child of [running, calm]) child.kill('SIGTERM')
    const exits = [await ended(running), await ended(calm)]
    return {
      kills: plan.length,
      points,
      sent: feed.sent(),
      sentByMinute: feed.byMinute,
      unanswered: feeders[0]?.unanswered ?? 0,
      killed: { ...(await readOutcome(killed.dataDir)), received: receivers[0].received },
      undisturbed: { ...(await readOutcome(undisturbed.dataDir)), received: receivers[1].received },
      exits,
    }
  } finally {
    feed.stop()
    for (const feeder of feeders) feeder.stop()
    for (const child of [running, calm]) child?.kill('SIGKILL')
    for (const receiver of receivers) await receiver.close()
  }
}

type Kill =
  | { kind: 'moment'; starting: boolean; afterMs: number }
  | { kind: 'point'; point: KillPoint; passes: number; storm?: string }
  /** As the first page of a storm arrives, before it is answered. */
  | { kind: 'answer'; storm: string }

/** Random moments, a fourth of them while the process starts, and between them every exact point at least once. */
function planKills(kills: number, random: () => number): Kill[] {
  const [first = '', second = '', third = ''] = crashBrands
  const exact: Kill[] = killPoints.map((point) => ({
    kind: 'point',
    point,
    passes: Math.floor(random() * 3),
  }))
  for (const kill of exact) {
    if (kill.kind !== 'point') continue
    if (kill.point === 'breach-appended') Object.assign(kill, { passes: 0, storm: first })
    if (kill.point === 'incident-written') Object.assign(kill, { passes: 0, storm: second })
  }
  exact.push({ kind: 'answer', storm: third })
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

function pointProgram(point: KillPoint, passes: number): string[] {
  const child = 'program/tests/crash/kill-point.child.ts'
  return ['--import', 'tsx', child, '--point', point, '--passes', String(passes)]
}

function shuffle<T>(values: T[], random: () => number): T[] {
  return values
    .map((value) => ({ value, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ value }) => value)
}

/** A few mentions of every brand every 50 ms, and storms of complaints when told; some batches come twice. */
function startFeed(feeders: readonly Feeder[], random: () => number) {
  const byMinute: Record<string, number> = {}
  let sent = 0

  function write(brand: string, text: string): PushedItem {
    sent += 1
    const createdAt = Date.now() - writtenAgoMs
    const name = `${brand} ${Math.floor(createdAt / 60_000) * 60_000}`
    byMinute[name] = (byMinute[name] ?? 0) + 1
    const author = { id: `author-${sent % 997}`, followers: 50 + (sent % 100) }
    return { id: `mention-${sent}`, text, createdAt, author }
  }
  function push(items: readonly PushedItem[]): void {
    const times = random() < 0.05 ? 2 : 1
    for (const feeder of feeders) for (let time = 0; time < times; time += 1) feeder.push(items)
  }

  const timer = setInterval(() => {
    const brand = crashBrands[sent % crashBrands.length] ?? crashBrands[0]
    push([write(brand, `${brand} şubesine uğradım, sıra her zamanki gibiydi (${sent})`)])
  }, 50)
  return {
    byMinute,
    sent: () => sent,
    storm(brand: string) {
      for (let batch = 0; batch < stormMentions; batch += 20) {
        push(
          Array.from({ length: 20 }, () => write(brand, `${brand} rezalet, paramı geri alamadım! ${sent}`)),
        )
      }
    },
    stop: () => clearInterval(timer),
  }
}

async function untilReady(installation: Installation, child: ChildProcess): Promise<void> {
  const until = Date.now() + 60_000
  while (!(await installation.isReady())) {
    if (child.exitCode !== null) throw new Error(`nabiz ended by itself with ${child.exitCode}`)
    // A child that kills itself at a point may reach it before it is ready: the kill has happened, which is all we want.
    if (child.signalCode !== null) return
    if (Date.now() > until) throw new Error('nabiz was not ready within a minute')
    await sleep(50)
  }
}

/** Until the minutes of all mentions are closed and told; what is missing after two minutes is for the reader to say. */
async function untilCounted(installations: readonly Installation[], sent: number): Promise<void> {
  const until = Date.now() + 120_000
  for (const { dataDir } of installations) {
    while (Date.now() < until && totalOf((await readOutcome(dataDir)).counted) < sent) await sleep(1_000)
  }
  // A count too many would come with the next minute at the latest.
  await sleep(2_000)
}
