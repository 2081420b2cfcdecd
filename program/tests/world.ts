import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { type Channel, createAlerting, createRecorder } from '@nabiz/alerting'
import { createIngest, type Ingest, webhookPath } from '@nabiz/ingest'
import {
  createCustomEngines,
  createScoring,
  createSecondOpinionEngine,
  createSentimentEngine,
} from '@nabiz/scoring'
import { checkConfig } from '@nabiz/shared/config'
import { createConfigView, publishConfig } from '@nabiz/shared/config-view'
import { breachRecord, count, type Topic } from '@nabiz/shared/contracts'
import { createOutgoing } from '@nabiz/shared/http'
import type { Log } from '@nabiz/shared/log'
import { createSilentLogger } from '@nabiz/shared/logging'
import { createRegistry, type Registry } from '@nabiz/shared/metrics'
import { Progress } from '@nabiz/shared/pipeline'
import { type Clock, ManualClock, minute } from '@nabiz/shared/time'
import { z } from 'zod'
import type { DriverPair } from '../../shared/testing/each-driver.ts'
import { configItems } from '../src/config/config-items.ts'
import { nabizConfig } from '../src/config/nabiz-config.ts'
import { signatureOf } from './crash/feeder.ts'
import { signingSecret } from './crash/installation.ts'

export interface WorldOptions {
  drivers: DriverPair
  /** Where the clock begins, ms; from `startOf` on a log that gives the machine's time. */
  start: number
  brands: readonly string[]
  /** Where alerting sends its beat. */
  beatUrl?: string
  /** Fields of its thresholds `default`. */
  thresholds?: object
  /** The `sentiment` section of its config. */
  sentiment?: object
}

/** An ingest replica of the world. */
export interface Replica {
  registry: Registry
  push(body: unknown): Promise<{ status: number; answer: unknown }>
  /** Pushes bytes as they are; `headers` replace those of a genuine delivery. */
  pushBytes(
    body: string | Buffer,
    headers?: Record<string, string>,
  ): Promise<{ status: number; answer: unknown }>
  stop(): Promise<void>
}

export type World = Awaited<ReturnType<typeof openWorld>>

/**
 * A full minute where a world's clock may begin that runs for `lengthMs` at most. On the cluster the log's timestamps are the
 * machine's time: the world's lies before it to its end, so that the log takes its heartbeats for no fast clock's.
 */
export function startOf({ kind }: DriverPair, lengthMs: number): number {
  if (kind === 'embedded') return Date.UTC(2026, 2, 10, 9)
  return Math.floor((Date.now() - lengthMs) / minute) * minute
}

/**
 * All three services in this process, on a clock that the test moves. The embedded log and store go by it too; on the cluster
 * timestamps, leases and expiry go by the servers' clocks, as they do in earnest.
 */
export async function openWorld(options: WorldOptions) {
  const folder = await mkdtemp(join(tmpdir(), 'nabiz-world-'))
  const clock = new ManualClock(options.start)
  const logger = createSilentLogger()
  const place = options.drivers.place(folder)
  let drivers = await place.open(clock)
  const { log, store } = drivers
  const environment = { SECRET: signingSecret, BEAT: options.beatUrl }
  const config = checkConfig(
    nabizConfig,
    {
      brands: options.brands.map((id) => ({ id, name: id, names: [id], thresholds: 'default' })),
      thresholds: [{ id: 'default', ...options.thresholds }],
      ingest: { port: 0, connectors: [{ platform: 'webhook', secrets: [{ env: 'SECRET' }] }] },
      scoring: { checkpointEverySeconds: 1 },
      sentiment: options.sentiment ?? {},
      alerting: options.beatUrl === undefined ? {} : { beat: { url: { env: 'BEAT' }, everySeconds: 30 } },
    },
    'world',
    environment,
  )
  const view = createConfigView(log, { clock })
  await view.start()
  await publishConfig(log, view, configItems(config, view, clock.now()), 'test', clock.now())
  const scored = new Progress()
  const alerted = new Progress()
  const registry = createRegistry()
  const recorder = createRecorder(10_000)
  const outgoing = createOutgoing({ allowHosts: ['127.0.0.1'] })
  const channel: Channel = {
    id: 'log',
    type: 'record',
    async deliver(notice) {
      recorder.onRecord('log', notice)
      return { kind: 'delivered' }
    },
  }
  const common = { log, store, clock, logger, registry, random: () => 0.5, build: 'test', serveHttp: false }
  const scoringOver = async (over: Pick<typeof drivers, 'log' | 'store'>, progress: Progress) =>
    createScoring({
      ...common,
      log: over.log,
      store: over.store,
      instance: 'scoring',
      config: config.scoring,
      sentiment: createSentimentEngine(),
      custom: await createCustomEngines({ config: config.sentiment, outgoing, registry, logger }),
      secondOpinion: await createSecondOpinionEngine({
        config: config.sentiment,
        outgoing,
        registry,
        logger,
      }),
      progress,
    })
  const scoring = await scoringOver(drivers, scored)
  const alerting = createAlerting({
    ...common,
    instance: 'alerting',
    view,
    outgoing,
    config: config.alerting,
    extraChannels: [channel],
    terminal: { write: () => undefined, colours: false },
    progress: alerted,
  })
  await alerting.start()
  await scoring.start()
  const replicas = new Set<Replica>()

  let isStopped = false
  async function stopServices(): Promise<void> {
    if (isStopped) return
    isStopped = true
    for (const replica of [...replicas]) await replica.stop()
    await scoring.stop()
    await alerting.stop()
    await view.stop()
  }

  async function settle(): Promise<void> {
    await scored.reached(await endsOf(log, 'mentions'))
    await alerted.reached(await endsOf(log, 'breaches'))
    await alerting.idle()
  }

  return {
    clock,
    log,
    store,
    registry,
    notices: recorder.notices,
    settle,
    /** A replica whose clock runs `aheadMs` ahead. */
    async startIngest(instance: string, aheadMs = 0): Promise<Replica> {
      const own = createRegistry()
      const ahead: Clock = {
        now: () => clock.now() + aheadMs,
        sleep: (ms, signal) => clock.sleep(ms, signal),
      }
      const ingest = createIngest({
        log,
        store,
        view,
        outgoing,
        logger,
        clock: ahead,
        registry: own,
        random: () => 0.5,
        instance,
        config: config.ingest,
      })
      await ingest.start()
      const replica: Replica = {
        registry: own,
        push: (body) => {
          const text = JSON.stringify(body)
          return push(ingest, text, signedAt(text, ahead.now()))
        },
        pushBytes: (body, headers) => push(ingest, body, headers ?? signedAt(body, ahead.now())),
        async stop() {
          replicas.delete(replica)
          await ingest.stop()
        },
      }
      replicas.add(replica)
      return replica
    },
    /** Moves the clock on; every running replica beats once, and all stages come to their end. */
    async tick(ms: number): Promise<void> {
      const before = await endsOf(log, 'mentions')
      clock.advance(ms)
      const hasBeats = async () =>
        [...(await endsOf(log, 'mentions'))].every(
          ([partition, end]) => end >= (before.get(partition) ?? 0) + replicas.size,
        )
      while (!(await hasBeats())) await sleep(1)
      for (let turn = 0; turn < 3; turn += 1) await nextTurn()
      await settle()
    },
    transitions: async () =>
      (await valuesOf(log, 'breaches', breachRecord)).filter((record) => record.type === 'transition'),
    counts: () => valuesOf(log, 'counts', count),
    /** Ends the world and scores its log again with a state of nothing; all of `counts` and `breaches` after that. */
    async scoreAgain() {
      await stopServices()
      await drivers.close()
      const other = place.withOtherStore(join(folder, 'again'))
      drivers = await other.open(clock)
      const progress = new Progress()
      const again = await scoringOver(drivers, progress)
      await again.start()
      await progress.reached(await endsOf(drivers.log, 'mentions'))
      await again.stop()
      const counts = await valuesOf(drivers.log, 'counts', count)
      const breaches = await valuesOf(drivers.log, 'breaches', breachRecord)
      await other.clear()
      return { counts, breaches }
    },
    async close(): Promise<void> {
      await stopServices()
      await outgoing.close()
      await drivers.close()
      await place.clear()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Senders go by the replica's clock: a signature is good for five minutes of it. */
function signedAt(body: string | Uint8Array, now: number): Record<string, string> {
  return signatureOf(body, signingSecret, now)
}

async function push(ingest: Ingest, body: string | Buffer, headers: Record<string, string>) {
  const response = await fetch(`http://127.0.0.1:${ingest.port()}${webhookPath('webhook', 'main')}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  })
  const text = await response.text()
  return { status: response.status, answer: text === '' ? undefined : (JSON.parse(text) as unknown) }
}

async function endsOf(log: Log, topic: Topic): Promise<Map<number, number>> {
  return new Map((await log.bounds(topic)).map(({ partition, end }) => [partition, end]))
}

/** Every value of a topic, partition after partition. */
export async function valuesOf<S extends z.ZodType>(
  log: Log,
  topic: Topic,
  schema: S,
): Promise<z.output<S>[]> {
  const values: z.output<S>[] = []
  for (const { partition, earliest, end } of await log.bounds(topic)) {
    if (earliest === end) continue
    for await (const records of log.read({ topic, partition, from: earliest, to: end }))
      for (const { value } of records)
        values.push(schema.parse(JSON.parse(Buffer.from(value).toString('utf8'))))
  }
  return values
}

const samples = z.array(z.object({ labels: z.record(z.string(), z.coerce.string()), value: z.number() }))

/** Sum of a counter over the series that carry these labels. */
export async function counterOf(
  registry: Registry,
  name: string,
  labels: Record<string, string> = {},
): Promise<number> {
  const found = samples.parse((await registry.getSingleMetric(name)?.get())?.values ?? [])
  return found
    .filter((sample) => Object.entries(labels).every(([label, value]) => sample.labels[label] === value))
    .reduce((sum, { value }) => sum + value, 0)
}
