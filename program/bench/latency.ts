import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createEngine, createSentimentEngine, tokensForTerms } from '@nabiz/scoring'
import { mentionsRecord, type Transition } from '@nabiz/shared/contracts'
import { createSilentLogger } from '@nabiz/shared/logging'
import { systemClock } from '@nabiz/shared/time'
import { stringify } from 'yaml'
import { readConfig } from '../src/config/read-config.ts'
import type { Drivers } from '../src/drivers.ts'
import { runServices } from '../src/run-services.ts'
import { serviceNames } from '../src/service-names.ts'
import { signatureOf } from '../tests/crash/feeder.ts'
import { signingSecret } from '../tests/crash/installation.ts'
import { createReceiver } from '../tests/crash/receiver.ts'
import type { Figure } from './figure.ts'
import { withDrivers, withFolder } from './with-drivers.ts'

const perSecond = 1_000
const seconds = 135
/** Brands that only make noise, and brands that have a crisis, one after the other. */
const crowds = 40
const crises = 60
/** The first of them grow slowly: it takes the heartbeats that close two minutes to complete their breach. */
const slowCrises = 20
/** Mentions of a crisis: between once and twice what five minutes of a first day ask of complaints, or well over it. */
const mentionsOf = (crisis: number) => (crisis < slowCrises ? 20 : 400)

/**
 * From the log's timestamp of the record that completed a breach to the receiver being called: everything in one
 * process, flushed, pushed by signed webhooks over HTTP at 1,000 mentions a second. Which record completed it is found
 * afterwards: the engine is deterministic, so it is asked again over the same log.
 */
export async function latency(): Promise<Figure[]> {
  return withFolder((folder) => withDrivers(folder, true, (drivers) => measureLatency(folder, drivers, '')))
}

/** The same on any drivers; the figures' names begin with `prefix`. */
export async function measureLatency(folder: string, drivers: Drivers, prefix: string): Promise<Figure[]> {
  const receiver = await createReceiver()
  const calledAt = new Map<string, number>()
  receiver.beforeAnswer = ({ type, brand }) => {
    if (type === 'incident.page' && !calledAt.has(brand)) calledAt.set(brand, Date.now())
    return true
  }
  const { ingestUrl, stop } = await startAll(folder, drivers, receiver.url)
  const sent = await feed(ingestUrl)
  await sleep(3_000)
  await stop()
  await receiver.close()
  const completedAt = await completions(drivers)
  const pages = [...calledAt].flatMap(([brand, at]) => {
    const completed = completedAt.get(brand)
    return completed === undefined ? [] : [{ by: completed.by, ms: at - completed.at }]
  })
  const latencies = pages.map(({ ms }) => ms).sort((a, b) => a - b)
  const byHeartbeat = pages.filter(({ by }) => by === 'heartbeat').length
  const note = `${pages.length} pages of ${crises} crises, ${byHeartbeat} completed by a heartbeat, ${Math.round(sent.perSecond)} mentions/s of ${crowds + crises} brands over HTTP, one process, flushed`
  const at = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? Number.NaN
  const what = `breach to receiver${drivers.log.driver === 'kafka' ? ' on Kafka and Redis' : ''}`
  return [
    { name: `${prefix}latency_p50`, what: `${what}, p50`, value: at(0.5), unit: 'ms', better: 'less', note },
    {
      name: `${prefix}latency_p99`,
      what: `${what}, p99`,
      value: at(0.99),
      unit: 'ms',
      aim: 2_000,
      better: 'less',
    },
  ]
}

async function startAll(folder: string, drivers: Drivers, receiverUrl: string) {
  const secrets = [{ env: 'SECRET' }]
  const [port = 0] = await freePort()
  const brand = (id: string, thresholds: string) => ({ id, name: id, names: [id], thresholds })
  const path = join(folder, 'nabiz.yaml')
  await writeFile(
    path,
    stringify({
      brands: [
        ...Array.from({ length: crowds }, (_, n) => brand(`crowd-${n}`, 'crowd')),
        ...Array.from({ length: crises }, (_, n) => brand(`crisis-${n}`, 'default')),
      ],
      thresholds: [{ id: 'default' }, { id: 'crowd', floors: { firstDayPerHour: 1_000_000 } }],
      plans: [
        { id: 'default', steps: [{ channels: ['receiver'], escalateAfterMinutes: 1_440 }], repeats: 0 },
      ],
      outgoing: { allowHosts: ['127.0.0.1'] },
      ingest: { port, connectors: [{ platform: 'webhook', secrets }] },
      scoring: { port: 0 },
      alerting: { port: 0, channels: [{ type: 'webhook', id: 'receiver', url: receiverUrl, secrets }] },
    }),
  )
  const running = await runServices({
    config: readConfig(path, { SECRET: signingSecret }),
    services: serviceNames,
    drivers,
    clock: systemClock,
    logger: () => createSilentLogger(),
    terminal: { write: () => undefined, columns: 80, colours: false },
  })
  await sleep(2_000)
  return { ingestUrl: `http://127.0.0.1:${port}/webhooks/webhook/main`, stop: () => running.stop() }
}

/** Batches of 20 on a fixed beat; in every second a crisis may take two fifths of them. */
async function feed(url: string): Promise<{ perSecond: number }> {
  const batch = 20
  const startedAt = Date.now()
  const answers: Promise<unknown>[] = []
  let sent = 0
  // The slow ones at once, one after the other; the others over the whole time.
  const crisisAt = (n: number) => (n < slowCrises ? 0 : Math.floor((n * (seconds - 8) * perSecond) / crises))
  let crisis = 0
  let left = 0
  while (sent < seconds * perSecond) {
    const due = startedAt + (sent / perSecond) * 1_000
    if (due > Date.now()) await sleep(due - Date.now())
    if (left <= 0 && crisis < crises && sent >= crisisAt(crisis)) {
      crisis += 1
      left = mentionsOf(crisis - 1)
    }
    const isCrisis = left > 0 && (sent / batch) % 2 === 0
    if (isCrisis) left -= batch
    const items = Array.from({ length: batch }, (_, n) => {
      const id = sent + n
      const brand = isCrisis ? `crisis-${crisis - 1}` : `crowd-${id % crowds}`
      const text = isCrisis ? `${brand} rezalet, param nerede ${id}` : `${brand} bugün de sakindi ${id}`
      return {
        id: `m${id}`,
        text,
        createdAt: Date.now(),
        language: 'tr',
        author: { id: `a${id % 5_000}`, followers: 50 },
      }
    })
    sent += batch
    const body = JSON.stringify({ items })
    const headers = { 'content-type': 'application/json', ...signatureOf(body) }
    answers.push(
      fetch(url, { method: 'POST', headers, body }).then(async (response) => {
        await response.text()
        if (response.status !== 202) throw new Error(`answered ${response.status}`)
      }),
    )
  }
  await Promise.all(answers)
  return { perSecond: (sent * 1_000) / (Date.now() - startedAt) }
}

interface Completion {
  at: number
  /** Kind of the record that completed the breach. */
  by: string
}

/** Log time of the record at which each brand's first episode opened, ms. */
async function completions({ log }: Drivers): Promise<Map<string, Completion>> {
  const sentimentEngine = createSentimentEngine()
  const engine = createEngine({
    confusion: (language) => sentimentEngine.confusion(language),
    engineId: sentimentEngine.id,
    build: 'bench',
  })
  const completed = new Map<string, Completion>()
  for (const { partition, earliest, end } of await log.bounds('mentions')) {
    if (earliest === end) continue
    const state = engine.create()
    for await (const records of log.read({ topic: 'mentions', partition, from: earliest, to: end })) {
      for (const { value, offset, timestamp } of records) {
        const record = mentionsRecord.parse(JSON.parse(Buffer.from(value).toString('utf8')))
        const note = (transition: Transition) => {
          if (transition.transition === 'opened' && !completed.has(transition.brand))
            completed.set(transition.brand, { at: timestamp, by: record.type })
        }
        const emit: Parameters<typeof engine.apply>[2] = (emission) => {
          if (emission.topic === 'breaches') note(emission.value)
        }
        if (record.type === 'heartbeat')
          engine.apply(state, { kind: 'heartbeat', heartbeat: record, offset, timestamp }, emit)
        else if (record.type === 'config')
          engine.apply(state, { kind: 'config', copy: record, offset, timestamp }, emit)
        else if (record.type === 'mention') {
          const sentiment = sentimentEngine.score(record.text, record.language)
          const terms = tokensForTerms(record.text, sentiment.language)
          const scored = { mention: record, offset, sentiment, terms }
          engine.apply(state, { kind: 'mention', scored, offset, timestamp }, emit)
        }
      }
    }
  }
  return completed
}

async function freePort(): Promise<number[]> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  await once(server.close(), 'close')
  return typeof address === 'object' && address !== null ? [address.port] : []
}
