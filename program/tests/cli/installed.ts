import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { DependencyError } from '@nabiz/shared/errors'
import { stringify } from 'yaml'
import type { DriverPlace } from '../../../shared/testing/each-driver.ts'
import { nabizConfig } from '../../src/config/nabiz-config.ts'
import type { Drivers, DriversPlace } from '../../src/drivers.ts'
import { signatureOf } from '../crash/feeder.ts'
import { withDrivers } from './read-log.ts'
import { type RunningNabiz, startNabiz } from './run-nabiz.ts'

/** A Standard Webhooks secret of these tests. */
export const pushSecret = `whsec_${Buffer.from('only for the program tests, 32 b').toString('base64')}`

const services = ['ingest', 'scoring', 'alerting'] as const
type Service = (typeof services)[number]

/** A folder with a nabiz.yaml on free ports. */
export interface Installed {
  folder: string
  place: DriversPlace
  urls: Readonly<Record<Service, string>>
  env: Readonly<Record<string, string>>
  /** Writes nabiz.yaml: brands and thresholds as given, everything else as it was. */
  configure(parts: { brands: readonly object[]; thresholds?: readonly object[] }): Promise<void>
  /** Starts `nabiz all` and resolves once every service is ready. */
  start(): Promise<RunningNabiz>
  /** Opens its log and store for the time of `work`, by default beside the process that holds them. */
  withDrivers<T>(work: (drivers: Drivers) => Promise<T>, readOnly?: boolean): Promise<T>
  /** Pushes texts of as many authors, each with an id of its own; resolves to ingest's receipt. */
  push(...texts: readonly string[]): Promise<{ passed: number; dropped: Record<string, number> }>
  /** As `push`, whatever the answer is. */
  tryToPush(texts: readonly string[]): Promise<Response>
  /** Status of each service's /readyz; undefined where nobody answers. */
  readiness(): Promise<(number | undefined)[]>
}

export async function createInstalled(
  folder: string,
  { config: at }: Pick<DriverPlace, 'config'>,
): Promise<Installed> {
  const [ingest = 0, scoring = 0, alerting = 0] = await freePorts(3)
  const urls = {
    ingest: `http://127.0.0.1:${ingest}`,
    scoring: `http://127.0.0.1:${scoring}`,
    alerting: `http://127.0.0.1:${alerting}`,
  }
  const env = { PUSH_SECRET: pushSecret }
  const place = { ...nabizConfig.parse(at), instance: 'program-test-reader' }
  return {
    folder,
    place,
    urls,
    env,
    configure({ brands, thresholds = [] }) {
      const config = {
        instance: 'program-test',
        ...at,
        brands,
        thresholds,
        ingest: { port: ingest, connectors: [{ platform: 'webhook', secrets: [{ env: 'PUSH_SECRET' }] }] },
        scoring: { port: scoring, checkpointEverySeconds: 1 },
        alerting: { port: alerting },
      }
      return writeFile(join(folder, 'nabiz.yaml'), stringify(config))
    },
    async start() {
      const nabiz = startNabiz(['all'], { cwd: folder, env })
      await eventually(async () => {
        if (nabiz.child.exitCode !== null) throw new Error(`ended: ${nabiz.stderr()} ${nabiz.stdout()}`)
        return (await readiness()).every((status) => status === 200) || undefined
      }, startWithinMs)
      return nabiz
    },
    withDrivers: (work, readOnly) => withDrivers(place, work, readOnly),
    async push(...texts) {
      const response = await tryToPush(texts)
      if (response.status !== 202) throw new Error(`answered ${response.status} ${await response.text()}`)
      return (await response.json()) as { passed: number; dropped: Record<string, number> }
    },
    tryToPush,
    readiness,
  }

  function readiness() {
    return Promise.all(services.map((service) => statusOf(`${urls[service]}/readyz`)))
  }

  function tryToPush(texts: readonly string[]): Promise<Response> {
    const items = texts.map((text) => ({
      id: randomUUID(),
      text,
      createdAt: Date.now(),
      author: { id: randomUUID() },
    }))
    const body = JSON.stringify({ items })
    return fetch(`${urls.ingest}/webhooks/webhook/main`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...signatureOf(body, pushSecret) },
      body,
    })
  }
}

/** How long a start may take on a machine that does much else, ms. */
const startWithinMs = 60_000

/** The first answer of `look` that is not undefined; an error after `withinMs` without one. */
export async function eventually<T>(look: () => Promise<T | undefined>, withinMs = 20_000): Promise<T> {
  const until = Date.now() + withinMs
  for (;;) {
    const found = await look().catch((err: unknown) => {
      // A reader beside the writer may come while a file is being made: it is told to try again, and does.
      if (err instanceof DependencyError && err.retryable) return undefined
      throw err
    })
    if (found !== undefined) return found
    if (Date.now() > until) throw new Error(`did not come about in ${withinMs / 1_000} s`)
    await sleep(100)
  }
}

async function statusOf(url: string): Promise<number | undefined> {
  try {
    const response = await fetch(url)
    await response.text()
    return response.status
  } catch {
    return undefined
  }
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer())
  const ports: number[] = []
  for (const server of servers) {
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const address = server.address()
    ports.push(typeof address === 'object' && address !== null ? address.port : 0)
  }
  for (const server of servers) await once(server.close(), 'close')
  return ports
}
