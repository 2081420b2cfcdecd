/*
 * npm run bench [-- --cluster] [-- --json] [-- --only NAME]: measures what the README says of speed and size, each bench in
 * a process of its own so that none inherits another's memory or warmth. About five minutes on two quiet cores; with
 * --cluster on Kafka and Redis (started for it, or KAFKA_BROKERS and REDIS_URL), about ten.
 */
import { spawn } from 'node:child_process'
import { cpus, loadavg, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { brands } from './brands.ts'
import { clusterLatency } from './cluster/cluster-latency.ts'
import { clusterTakeover } from './cluster/cluster-takeover.ts'
import { clusterThroughput } from './cluster/cluster-throughput.ts'
import { clusterWebhooks } from './cluster/cluster-webhooks.ts'
import { drawFigures } from './draw-figures.ts'
import { engineAlone } from './engine.ts'
import type { Figure } from './figure.ts'
import { latency } from './latency.ts'
import { throughput } from './throughput.ts'
import { webhooks } from './webhooks/webhooks.ts'

const embeddedBenches = { throughput, latency, brands, engine: engineAlone, webhooks }
const clusterBenches = {
  'cluster-throughput': clusterThroughput,
  'cluster-webhooks': clusterWebhooks,
  'cluster-latency': clusterLatency,
  'cluster-takeover': clusterTakeover,
}
const benches = { ...embeddedBenches, ...clusterBenches }
type BenchName = keyof typeof benches
const allNames = Object.keys(benches) as BenchName[]

/** A bench that takes longer is ended, ms. */
const longestMs = 900_000

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    cluster: { type: 'boolean', default: false },
    only: { type: 'string' },
    /** Runs one bench in this process and writes its figures as JSON; for `main` itself. */
    inside: { type: 'string' },
  },
})

const names = allNames.filter((name) => values.cluster === name in clusterBenches)
const inside = allNames.find((name) => name === values.inside)
if (inside) console.log(JSON.stringify(await benches[inside]()))
else await runAll()

async function runAll(): Promise<void> {
  const chosen = values.only === undefined ? names : names.filter((name) => name === values.only)
  if (chosen.length === 0)
    throw new Error(`--only: found ${values.only}, expected one of ${names.join(', ')}`)
  const machine = {
    cores: cpus().length,
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    /** Processes that wanted a core in the last minute, before the benches: what else ran. */
    loadBefore: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  }
  const figures: Figure[] = []
  for (const name of chosen) {
    if (!values.json) console.error(`${name} …`)
    figures.push(...(await runInside(name)))
  }
  console.log(values.json ? JSON.stringify({ machine, figures }) : drawFigures(machine, figures))
}

async function runInside(name: BenchName): Promise<Figure[]> {
  const main = fileURLToPath(import.meta.url)
  const child = spawn(process.execPath, ['--import', 'tsx', main, '--inside', name], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: longestMs,
    killSignal: 'SIGKILL',
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve)
  })
  if (code !== 0)
    throw new Error(`bench ${name} ended with ${code ?? `no code, after ${longestMs / 1_000} s`}`)
  return JSON.parse(text) as Figure[]
}
