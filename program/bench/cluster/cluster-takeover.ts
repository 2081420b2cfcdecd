import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createSentimentEngine } from '@nabiz/scoring'
import { partitionCount } from '@nabiz/shared/contracts'
import type { Log } from '@nabiz/shared/log'
import type { Manifest, Store } from '@nabiz/shared/store'
import { minute } from '@nabiz/shared/time'
import { stringify } from 'yaml'
import { freePorts } from '../../../shared/testing/servers/free-port.ts'
import { startRedis } from '../../../shared/testing/servers/redis-server.ts'
import type { Figure } from '../figure.ts'
import { eachPartition, fillBrands } from '../fill-brands.ts'
import { withFolder } from '../with-drivers.ts'
import { type Cluster, withCluster, withDriversAt } from './with-cluster.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const sizes = [1_000, 10_000]
const commits = 500
const longestMs = 300_000

/**
 * How long partitions of a member that was killed are without one, what a brand takes in Redis, and how long a commit
 * takes: two scoring processes on states of 15 days.
 */
export async function clusterTakeover(): Promise<Figure[]> {
  const end = Math.floor(Date.now() / minute) * minute - minute
  const filled = fillBrands(end)
  const figures: Figure[] = []
  for (const brands of sizes) {
    figures.push(...(await withCluster((cluster) => measure(cluster, filled, brands, end))))
  }
  return figures
}

async function measure(
  cluster: Cluster,
  filled: ReturnType<typeof fillBrands>,
  brands: number,
  end: number,
): Promise<Figure[]> {
  const redis = await startRedis()
  const own = cluster.place()
  if (own.store.driver !== 'redis') throw new Error('no Redis')
  const place = { ...own, store: { ...own.store, url: redis.url } }
  const label = brands.toLocaleString('en')
  try {
    return await withDriversAt(place, async ({ log, store }) => {
      const before = await usedMemory(redis)
      const { committed, bytes } = await fillStore(log, store, filled, brands, end)
      const used = (await usedMemory(redis)) - before
      const commitMs = await timeCommits(store, committed)
      const takeover = await withFolder((folder) =>
        killOne(folder, log, { log: place.log, store: place.store }),
      )
      return [
        {
          name: `cluster_takeover_${brands}`,
          what: `from SIGKILL of one of two scoring members until its partitions are scored again, ${label} brands`,
          value: takeover.seconds,
          unit: 's',
          aim: 15,
          better: 'less',
          note: `${takeover.partitions} partitions, session timeout 6 s`,
        },
        {
          name: `cluster_redis_per_brand_${brands}`,
          what: `a brand with 15 days of history in Redis, ${label} brands`,
          value: used / brands / 1_024,
          unit: 'KiB',
          aim: 200,
          better: 'less',
          note: `of used_memory; the values alone ${(bytes / brands / 1_024).toFixed(1)} KiB`,
        },
        {
          name: `cluster_commit_p99_${brands}`,
          what: `commit of a partition to Redis, p99, ${label} brands`,
          value: commitMs.p99,
          unit: 'ms',
          better: 'less',
          note: `p50 ${commitMs.p50.toFixed(1)} ms; ${(commitMs.bytes / 1_024).toFixed(0)} KiB each: the hot values of its brands`,
        },
      ] satisfies Figure[]
    })
  } finally {
    await redis.stop()
  }
}

interface Committed {
  partition: number
  manifest: Manifest
  hot: Map<string, Uint8Array>
}

async function fillStore(
  log: Log,
  store: Store,
  filled: ReturnType<typeof fillBrands>,
  brands: number,
  end: number,
): Promise<{ committed: Committed[]; bytes: number }> {
  const states = store.partitions('scoring')
  const topicId = await log.topicId('mentions')
  const committed: Committed[] = []
  let bytes = 0
  for (const { partition, values } of eachPartition(filled, brands, end)) {
    const manifest: Manifest = {
      topicId,
      epoch: 0,
      offset: 0,
      partitionTime: end,
      stateVersion: 1,
      build: 'bench',
      model: createSentimentEngine().id,
      writer: 'bench',
      writtenAt: Date.now(),
    }
    await states.commit({ partition, base: undefined, next: manifest, puts: values })
    for (const value of values.values()) bytes += value.length
    const hot = new Map([...values].filter(([name]) => name.startsWith('h/')))
    committed.push({ partition, manifest, hot })
  }
  return { committed, bytes }
}

/** Commits as scoring makes them every ten seconds, one after the other. */
async function timeCommits(store: Store, committed: readonly Committed[]) {
  const states = store.partitions('scoring')
  const times: number[] = []
  let bytes = 0
  for (let i = 0; i < commits; i += 1) {
    const one = committed[i % committed.length]
    if (!one) break
    const next = { ...one.manifest, writtenAt: one.manifest.writtenAt + 1 }
    const startedAt = performance.now()
    await states.commit({ partition: one.partition, base: one.manifest, next, puts: one.hot })
    times.push(performance.now() - startedAt)
    one.manifest = next
    for (const value of one.hot.values()) bytes += value.length
  }
  times.sort((a, b) => a - b)
  const at = (share: number) => times[Math.floor(times.length * share)] ?? Number.NaN
  return { p50: at(0.5), p99: at(0.99), bytes: bytes / times.length }
}

/** Two members in processes of their own, one killed; every partition is watched through the survivor's metrics. */
async function killOne(
  folder: string,
  log: Log,
  place: object,
): Promise<{ seconds: number; partitions: number }> {
  const ports = await freePorts(2)
  const beating = new AbortController()
  const beats = beat(log, beating.signal)
  const members = await Promise.all(ports.map((port, i) => startMember(folder, `scoring-${i}`, port, place)))
  const [survivor = 0, killed = 0] = ports
  try {
    const startedAt = Date.now()
    await until(async () => {
      const times = [...(await partitionTimes(survivor)), ...(await partitionTimes(killed))]
      const fresh = new Set(times.filter(([, time]) => time > startedAt).map(([partition]) => partition))
      return fresh.size === partitionCount
    })
    // Hand-over between the two is through when both go on for a while.
    await sleep(5_000)
    const now = Date.now()
    const partitions = [...(await partitionTimes(killed))].filter(([, time]) => time > now - 5_000).length
    members[1]?.kill('SIGKILL')
    const killedAt = Date.now()
    await until(async () => {
      const times = await partitionTimes(survivor)
      return times.size === partitionCount && [...times.values()].every((time) => time > killedAt)
    })
    return { seconds: (Date.now() - killedAt) / 1_000, partitions }
  } finally {
    beating.abort()
    await beats
    for (const member of members) {
      member.kill('SIGKILL')
      if (member.exitCode === null && member.signalCode === null) await once(member, 'exit')
    }
  }
}

async function startMember(
  folder: string,
  instance: string,
  port: number,
  place: object,
): Promise<ChildProcess> {
  const path = join(folder, `${instance}.yaml`)
  await writeFile(path, stringify({ instance, logLevel: 'error', ...place, scoring: { port } }))
  return spawn(process.execPath, ['program/bin/nabiz.mjs', 'scoring', '--config', path], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}

/** Partition time by partition, ms, as a member's metrics tell it; empty while it does not answer. */
async function partitionTimes(port: number): Promise<Map<number, number>> {
  const times = new Map<number, number>()
  try {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
    for (const match of text.matchAll(
      /^nabiz_scoring_partition_time_seconds\{.*?partition="(\d+)".*?\} (\S+)$/gm,
    ))
      times.set(Number(match[1]), Number(match[2]) * 1_000)
  } catch {
    // Not started yet.
  }
  return times
}

async function beat(log: Log, signal: AbortSignal): Promise<void> {
  const connectors = [{ platform: 'simulator', account: 'main', condition: 'ok' }]
  while (!signal.aborted) {
    const at = Date.now()
    const value = Buffer.from(JSON.stringify({ v: 1, type: 'heartbeat', at, source: 'bench', connectors }))
    await log.append(
      Array.from({ length: partitionCount }, (_, partition) => ({
        topic: 'mentions' as const,
        key: `#heartbeat/${partition}`,
        value,
        partition,
      })),
    )
    await sleep(500, undefined, { signal }).catch(() => undefined)
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + longestMs
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error('the members did not come that far')
    await sleep(100)
  }
}

async function usedMemory(redis: { cli(...args: string[]): Promise<string> }): Promise<number> {
  const [, bytes = '0'] = /^used_memory:(\d+)/m.exec(await redis.cli('info', 'memory')) ?? []
  return Number(bytes)
}
