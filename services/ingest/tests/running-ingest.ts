import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { withEnvironment } from '@nabiz/shared/config'
import { type ConfigView, createConfigView, publishConfig } from '@nabiz/shared/config-view'
import {
  type BrandVersion,
  brandConfig,
  type DeadMention,
  type MentionsRecord,
  mentionsRecord,
  partitionCount,
  thresholdsConfig,
} from '@nabiz/shared/contracts'
import { DependencyError } from '@nabiz/shared/errors'
import { createOutgoing } from '@nabiz/shared/http'
import { type Log, type LogRecord, openEmbeddedLog } from '@nabiz/shared/log'
import { createLogger } from '@nabiz/shared/logging'
import { createRegistry } from '@nabiz/shared/metrics'
import { openEmbeddedStore, type Store } from '@nabiz/shared/store'
import { hour, ManualClock, second } from '@nabiz/shared/time'
import { Webhook } from 'standardwebhooks'
import { createIngest, type Ingest, ingestConfig } from '../src/index.ts'

export const webhookSecret = 'whsec_c2VjcmV0IG9mIHRoZSBpbmdlc3QgdGVzdHM='
export const botToken = '123456:AA-invented_token'
const environment = { WEBHOOK_SECRET: webhookSecret, BOT_TOKEN: botToken, BOT_SECRET: 'hook-secret' }

/** Log and store of one test in a folder of their own, with time that only the test moves. */
export interface Ground {
  log: Log
  store: Store
  view: ConfigView
  clock: ManualClock
  /** Lines the services logged. */
  lines: string[]
  publish(...brands: BrandVersion[]): Promise<void>
  /** Starts an instance; `log` may be one that fails. */
  start(options?: StartOptions): Promise<Running>
  /** Moves time step by step (a second) until it is true, by `limitMs` at most; fails when it is not true then. */
  until(isTrue: () => boolean | Promise<boolean>, limitMs?: number, stepMs?: number): Promise<void>
  /** Moves time past the end of a limit's period that would end within three hours, so that the test stays in one. */
  clearOf(endOfPeriod: (now: number) => number): void
  mentions(): Promise<Extract<MentionsRecord, { type: 'mention' }>[]>
  metrics(): Promise<Extract<MentionsRecord, { type: 'metric' }>[]>
  records(topic?: 'mentions' | 'mentions.dead' | 'config'): Promise<LogRecord[]>
  dead(): Promise<DeadMention[]>
  close(): Promise<void>
}

export interface StartOptions {
  instance?: string
  connectors?: unknown[]
  bodyLimitBytes?: number
  log?: Log
}

export interface Running extends Pick<Ingest, 'stop' | 'notReady'> {
  url: string
  metric(name: string): Promise<string[]>
  /** Posts to the generic webhook, signed unless headers are given. */
  post(body: string | Uint8Array, headers?: Record<string, string>): Promise<{ status: number; body: Answer }>
}

export interface Answer {
  error?: string
  code?: string
  passed?: number
  deadLettered?: number
  dropped?: Record<string, number>
  faults?: { index: number; detail: string }[]
  unknownFields?: string[]
}

/** How fast a test's time may pass: a step takes what a call over HTTP takes here and now, however busy the machine is. */
async function startPace() {
  const server = createServer((_request, response) => void response.end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    async step() {
      await sleep(4)
      await (await fetch(url)).arrayBuffer()
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

/** `more`: variables that the accounts' secrets are read from, beside the usual ones. */
export async function openGround(more: Readonly<Record<string, string>> = {}): Promise<Ground> {
  const root = await mkdtemp(join(tmpdir(), 'nabiz-ingest-'))
  const clock = new ManualClock(Date.now())
  const lines: string[] = []
  const log = await openEmbeddedLog({ folder: join(root, 'log'), clock, fsync: false })
  const store = await openEmbeddedStore({ folder: join(root, 'store'), clock, fsync: false })
  const view = createConfigView(log, { clock })
  const outgoing = createOutgoing({ allowHosts: ['127.0.0.1'] })
  const running: Ingest[] = []
  const pace = await startPace()
  await view.start()

  async function records(topic: 'mentions' | 'mentions.dead' | 'config' = 'mentions'): Promise<LogRecord[]> {
    const all: LogRecord[] = []
    for (const { partition, earliest, end } of await log.bounds(topic)) {
      if (earliest === end) continue
      for await (const batch of log.read({ topic, partition, from: earliest })) all.push(...batch)
    }
    return all
  }

  return {
    log,
    store,
    view,
    clock,
    lines,
    records,
    async publish(...brands) {
      const thresholds = thresholdsConfig.parse({ id: 'default' })
      const items = brands.map((content) => ({ kind: 'brand' as const, id: content.id, content }))
      const all = [{ kind: 'thresholds' as const, id: 'default', content: thresholds }, ...items]
      await publishConfig(log, view, all, 'test', clock.now())
    },
    async start({ instance = 'one', connectors = [webhookAccount], bodyLimitBytes, log: given = log } = {}) {
      const config = withEnvironment({ ...environment, ...more }, () =>
        ingestConfig.parse({ port: 0, connectors, ...(bodyLimitBytes ? { bodyLimitBytes } : {}) }),
      )
      const registry = createRegistry()
      const logger = createLogger({
        service: 'ingest',
        level: 'debug',
        destination: { write: (line) => void lines.push(line) },
      })
      const ingest = createIngest({
        config,
        log: given,
        store,
        view,
        clock,
        outgoing,
        logger,
        registry,
        random: () => 0.5,
        instance,
      })
      await ingest.start()
      running.push(ingest)
      const url = `http://127.0.0.1:${ingest.port()}`
      return {
        url,
        stop: ingest.stop,
        notReady: ingest.notReady,
        metric: async (name) => {
          const text = await registry.metrics()
          return text.split('\n').filter((line) => line.startsWith(name))
        },
        async post(body, headers) {
          const response = await fetch(`${url}/webhooks/webhook/main`, {
            method: 'POST',
            headers: headers ?? sign(body, webhookSecret, new Date(clock.now())),
            body: typeof body === 'string' ? body : Buffer.from(body),
          })
          return { status: response.status, body: (await response.json()) as Answer }
        },
      }
    },
    async until(isTrue, limitMs = 120 * second, stepMs = 1 * second) {
      const end = clock.now() + limitMs
      // Files and sockets take the machine's time, not the test's: at the end it waits for them without moving on.
      const patience = Date.now() + 30 * second
      while (!(await isTrue())) {
        if (Date.now() >= patience) throw new Error('it did not become true')
        if (clock.now() < end) clock.advance(stepMs)
        await pace.step()
      }
    },
    clearOf(endOfPeriod) {
      const end = endOfPeriod(clock.now())
      if (end - clock.now() < 3 * hour) clock.set(end)
    },
    async mentions() {
      const parsed = (await records()).map((record) => mentionsRecord.parse(read(record)))
      return parsed
        .filter((record) => record.type === 'mention')
        .filter(({ brand }) => brand !== 'nabiz-probe')
    },
    async metrics() {
      const parsed = (await records()).map((record) => mentionsRecord.parse(read(record)))
      return parsed.filter((record) => record.type === 'metric')
    },
    dead: async () => (await records('mentions.dead')).map((record) => read(record) as DeadMention),
    async close() {
      for (const ingest of running) await ingest.stop()
      pace.close()
      await view.stop()
      await outgoing.close()
      await log.close()
      await store.close()
      await rm(root, { recursive: true, force: true })
    },
  }
}

export const webhookAccount = { platform: 'webhook', secrets: [{ env: 'WEBHOOK_SECRET' }] }

let deliveries = 0

/** Headers of a delivery as Standard Webhooks signs it. */
export function sign(
  body: string | Uint8Array,
  key = webhookSecret,
  at = new Date(),
): Record<string, string> {
  const id = `msg_${deliveries++}`
  const payload = typeof body === 'string' ? body : Buffer.from(body).toString('utf8')
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(key).sign(id, at, payload),
  }
}

export function aBrand(overrides: Partial<BrandVersion> = {}): BrandVersion {
  const config = brandConfig.parse({ id: 'kuzey-air', name: 'Kuzey Air', names: ['Kuzey Air'] })
  return { ...config, zoneOffsets: [{ from: 0, minutes: 180 }], ...overrides }
}

export function read(record: LogRecord): unknown {
  return JSON.parse(Buffer.from(record.value).toString('utf8'))
}

export { partitionCount }

/** Has a log take no mention while it is away, and everything else. */
export function refuseMentions(log: Log, isAway: () => boolean): void {
  const append = log.append.bind(log)
  log.append = (records) => {
    const isMention = records.some(({ value }) => Buffer.from(value).includes('"type":"mention"'))
    if (isAway() && isMention) throw new DependencyError('log_unavailable', 'away', { retryable: true })
    return append(records)
  }
}
