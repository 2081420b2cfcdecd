/**
 * Starts a real Apache Kafka and a real Redis on this machine, for a person who tries Nabız out on them without Docker, and
 * prints where they are. They run until Ctrl-C or SIGTERM, keep nothing, and end with this process, however it ends.
 *
 *   npx tsx scripts/servers.ts [--brokers 3]
 */
import { once } from 'node:events'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { stringify } from 'yaml'
import { startKafka } from '../shared/testing/servers/kafka-server.ts'
import { startRedis } from '../shared/testing/servers/redis-server.ts'

/** Where the servers of a run are. */
export interface Places {
  /** host:port of each broker. */
  brokers: readonly string[]
  redisUrl: string
}

/** Variables for the tests, to be put before a command. */
export function variablesFor({ brokers, redisUrl }: Places): string {
  return `KAFKA_BROKERS=${brokers.join()} REDIS_URL=${redisUrl}`
}

/** The sections of nabiz.yaml for these servers, as YAML. */
export function sectionsFor({ brokers, redisUrl }: Places): string {
  const alone = { replication: 1, accept: ['replication'] }
  return stringify({
    log: { driver: 'kafka', brokers: [...brokers], ...(brokers.length < 3 ? alone : {}) },
    store: { driver: 'redis', url: redisUrl },
  })
}

/** Number of brokers that the command line asks for; an Error says what would be right. */
export function readBrokers(args: readonly string[]): 1 | 3 {
  const { values } = parseArgs({ args: [...args], options: { brokers: { type: 'string', default: '1' } } })
  if (values.brokers === '1') return 1
  if (values.brokers === '3') return 3
  throw new Error(`--brokers: found ${values.brokers}; expected 1 or 3`)
}

async function main(args: readonly string[]): Promise<void> {
  const brokers = readBrokers(args)
  const stopping = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  process.stderr.write(`starting ${brokers === 1 ? 'one broker' : 'three brokers'} and Redis …\n`)
  const stops: (() => Promise<void>)[] = []
  try {
    const redis = await startRedis()
    stops.push(redis.stop)
    const kafka = await startKafka({ brokers })
    stops.push(kafka.stop)
    const places = { brokers: kafka.brokers, redisUrl: redis.url }
    process.stdout.write(`\n${variablesFor(places)}\n\n# in nabiz.yaml\n${sectionsFor(places)}\n`)
    process.stderr.write('running; Ctrl-C ends them and removes their data\n')
    await stopping
  } finally {
    await Promise.all(stops.map((stop) => stop()))
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    await main(process.argv.slice(2))
  } catch (err) {
    process.stderr.write(`servers: ${err instanceof Error ? err.message : String(err)}\n`)
    process.exitCode = 1
  }
}
