import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { relative } from 'node:path'
import type { TestProject } from 'vitest/node'
import { kafkaLibs, startKafka } from '../shared/testing/servers/kafka-server.ts'
import { isRedisInstalled, startRedis } from '../shared/testing/servers/redis-server.ts'
import type { TestServerAnswer, TestServerName } from '../shared/testing/servers/test-server.ts'

/** A server that suites need: one that is named in the environment, or one started for the whole run. */
interface Source {
  /** How to get it, where it cannot be had. */
  hint: string
  /** Rejects with what is missing. */
  findOrStart(): Promise<{ server: unknown; stop?: () => Promise<void> }>
}

const sources: Record<TestServerName, Source> = {
  redis: {
    hint: 'apt-get install redis-server, or set REDIS_URL',
    async findOrStart() {
      const given = process.env.REDIS_URL
      if (given !== undefined && given !== '') return { server: { url: given } }
      await checkRedisInstalled()
      const redis = await startRedis()
      return { server: { url: redis.url }, stop: redis.stop }
    },
  },
  kafka: {
    hint: 'apt-get install openjdk-17-jre-headless maven, or set KAFKA_BROKERS',
    async findOrStart() {
      const given = process.env.KAFKA_BROKERS
      if (given !== undefined && given !== '') return { server: { brokers: given.split(',') } }
      const kafka = await startKafka()
      return { server: { brokers: kafka.brokers }, stop: kafka.stop }
    },
  },
  kafkaServer: {
    hint: 'apt-get install openjdk-17-jre-headless maven',
    async findOrStart() {
      await kafkaLibs()
      return { server: {} }
    },
  },
  redisServer: {
    hint: 'apt-get install redis-server',
    async findOrStart() {
      await checkRedisInstalled()
      return { server: {} }
    },
  },
}

async function checkRedisInstalled(): Promise<void> {
  if (!(await isRedisInstalled())) throw new Error('redis-server is not on this machine')
}

const stops: (() => Promise<void>)[] = []
const found = new Map<TestServerName, Promise<TestServerAnswer>>()
/** What could not be had, and which suites it would have been for. */
const skipped = new Map<TestServerName, { reason: string; suites: Set<string> }>()

/** vitest's global setup: answers suites that ask for a server; the first to ask has it found or started. */
export async function setup(project: TestProject): Promise<void> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost')
    const name = pathname.slice(1)
    if (!isKnown(name)) {
      response.writeHead(404).end()
      return
    }
    void answer(name, searchParams.get('suite') ?? '').then((body) => response.end(JSON.stringify(body)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  server.unref()
  stops.push(async () => {
    server.close()
    server.closeAllConnections()
  })
  project.provide('testServers', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
}

/** Stops what was started, and says loudly what was not tested. */
export async function teardown(): Promise<void> {
  await Promise.all(stops.map((stop) => stop()))
  for (const [name, { reason, suites }] of skipped) {
    console.error(`\nNOT TESTED for want of ${name}: ${reason} (${sources[name].hint})`)
    for (const suite of suites) console.error(`  ${relative(process.cwd(), suite)}`)
  }
}

async function answer(name: TestServerName, suite: string): Promise<TestServerAnswer> {
  const asking = found.get(name) ?? findOrStart(name)
  found.set(name, asking)
  const body = await asking
  if (body.kind === 'skip') {
    const entry = skipped.get(name) ?? { reason: body.reason, suites: new Set() }
    entry.suites.add(suite)
    skipped.set(name, entry)
  }
  return body
}

async function findOrStart(name: TestServerName): Promise<TestServerAnswer> {
  try {
    const { server, stop } = await sources[name].findOrStart()
    if (stop !== undefined) stops.push(stop)
    return { kind: 'there', server }
  } catch (err) {
    const reason = err instanceof Error ? err.message : String(err)
    if (process.env.CI === 'true') return { kind: 'fail', reason: `${reason} (${sources[name].hint})` }
    return { kind: 'skip', reason }
  }
}

function isKnown(name: string): name is TestServerName {
  return Object.hasOwn(sources, name)
}
