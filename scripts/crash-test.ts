/*
 * Kills the whole of Nabız over and over while it is fed, and compares what stands at the end with an undisturbed run:
 *   npx tsx scripts/crash-test.ts --kills 200 [--cluster] [--seed N] [--keep FOLDER]
 * --cluster: two processes of each service on a Kafka and a Redis of their own, which are broken too.
 * Ends with 0 when every mention was counted once and every page sent, else with 1. About 4 s a kill.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createClusterVictim } from '../program/tests/crash/cluster/cluster-victim.ts'
import { crashFaults } from '../program/tests/crash/crash-faults.ts'
import { crashRun } from '../program/tests/crash/crash-run.ts'

const { values } = parseArgs({
  options: {
    cluster: { type: 'boolean', default: false },
    kills: { type: 'string', default: '200' },
    seed: { type: 'string' },
    keep: { type: 'string' },
  },
})
const kills = Number(values.kills)
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed)
if (!Number.isInteger(kills) || kills < (values.cluster ? 10 : 20))
  throw new Error(`--kills: found ${values.kills}, expected ${values.cluster ? 10 : 20} or more`)
if (!Number.isInteger(seed)) throw new Error(`--seed: found ${values.seed}, expected a whole number`)

const folder = values.keep ?? (await mkdtemp(join(tmpdir(), 'nabiz-crash-')))
console.log(`seed ${seed}`)
const result = await crashRun({
  folder,
  kills,
  seed,
  ...(values.cluster ? { createVictim: createClusterVictim } : {}),
  onProgress: (line) => console.log(line),
})
const faults = crashFaults(result)
console.log(`${result.kills} kills, ${result.sent} mentions, ${result.unanswered} tries without an answer`)
for (const [point, hits] of Object.entries(result.points)) console.log(`  ${point}: ${hits}`)
console.log(`episodes: ${result.killed.opened.join(', ')}`)
console.log(`pages: ${result.killed.received.length}, undisturbed ${result.undisturbed.received.length}`)
for (const fault of faults) console.log(`FAULT ${fault}`)
console.log(
  faults.length === 0
    ? 'every mention counted once, every page sent'
    : `${faults.length} faults, seed ${seed}`,
)
if (values.keep === undefined && faults.length === 0) await rm(folder, { recursive: true, force: true })
else console.log(`log and store kept in ${folder}`)
process.exitCode = faults.length === 0 ? 0 : 1
