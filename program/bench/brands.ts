import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createScoring, createSentimentEngine, scoringConfig } from '@nabiz/scoring'
import { partitionCount } from '@nabiz/shared/contracts'
import { createSilentLogger } from '@nabiz/shared/logging'
import { createRegistry } from '@nabiz/shared/metrics'
import { minute, systemClock } from '@nabiz/shared/time'
import type { Figure } from './figure.ts'
import { fillBrands, kinds, readBaselines, spreadBrands } from './fill-brands.ts'
import { withDrivers, withFolder } from './with-drivers.ts'

const sizes = [1_000, 10_000]
/** Closed minutes watched while checkpoints are written. */
const rounds = 4
/** Partitions in the measurement of the pause; one's brands are worked on at a time, so more of them add nothing. */
const watchedPartitions = 8

/** Memory and checkpoint of a brand with a full baseline, and the longest pause while checkpoints of all are written. */
export async function brands(): Promise<Figure[]> {
  // Heartbeats of the minutes up to now are written later: none may lie ahead of the log's own time.
  const end = Math.floor(Date.now() / minute) * minute - (rounds + 1) * minute
  const filled = fillBrands(end)
  const figures: Figure[] = []
  const mix = kinds.map(({ perHour, share }) => `${share} % at ${perHour}/h`).join(', ')
  for (const count of sizes) {
    const label = count.toLocaleString('en')
    const before = usedBytes()
    const spread = spreadBrands(filled, count, end)
    let bytes = 0
    let hot = 0
    const valuesOf = new Map<number, Map<string, Uint8Array>>()
    for (const [partition, { values }] of spread) {
      valuesOf.set(partition, values)
      for (const [name, value] of values) {
        bytes += value.length
        if (name.startsWith('h/')) hot += value.length
      }
    }
    const watched = new Map(
      [...valuesOf].slice(0, watchedPartitions).map(([at, values]) => [at, new Map(values)]),
    )
    // The values are let go of before memory is read: the states alone stay, and go before the pause is measured.
    for (const { values } of spread.values()) values.clear()
    const states = [...spread.values()].map(({ state }) => state)
    spread.clear()
    for (const state of states) readBaselines(state)
    const memory = (usedBytes() - before - sizeOf(watched)) / count
    states.length = 0
    usedBytes()
    const pause = await longestPause(watched, end)
    figures.push(
      {
        name: `memory_per_brand_${count}`,
        what: `memory of a brand, ${label} brands`,
        value: memory / 1_024,
        unit: 'KiB',
        aim: 200,
        better: 'less',
        note: `15 simulated days through the engine (${mix}), copied under other names; fingerprints of 48 h`,
      },
      {
        name: `checkpoint_per_brand_${count}`,
        what: `checkpoint of a brand, ${label} brands`,
        value: bytes / count / 1_024,
        unit: 'KiB',
        aim: 200,
        better: 'less',
        note: `of them ${(hot / count / 1_024).toFixed(1)} KiB hot, written whenever the brand changed`,
      },
      {
        name: `longest_pause_${count}`,
        what: `longest pause of the event loop, ${label} brands`,
        value: pause,
        unit: 'ms',
        aim: 100,
        better: 'less',
        note: `${rounds - 1} minutes closed for each of ${Math.round((count * watched.size) / partitionCount)} brands in ${watched.size} partitions, checkpointed each time`,
      },
    )
  }
  return figures
}

/** Scoring on a store that holds these states, while heartbeats close minutes: longest delay of the event loop, ms. */
async function longestPause(
  states: ReadonlyMap<number, Map<string, Uint8Array>>,
  end: number,
): Promise<number> {
  return withFolder((folder) =>
    withDrivers(folder, true, async ({ log, store }) => {
      const sentiment = createSentimentEngine()
      const partitions = store.partitions('scoring')
      const beat = async (at: number) => {
        const connectors = [{ platform: 'simulator', account: 'main', condition: 'ok' }]
        const value = Buffer.from(
          JSON.stringify({ v: 1, type: 'heartbeat', at, source: 'bench', connectors }),
        )
        await log.append(
          Array.from({ length: partitionCount }, (_, partition) => ({
            topic: 'mentions' as const,
            key: `#heartbeat/${partition}`,
            value,
            partition,
          })),
        )
      }
      const topicId = await log.topicId('mentions')
      for (const [partition, puts] of states) {
        const manifest = {
          topicId,
          epoch: 0,
          offset: 0,
          partitionTime: end,
          stateVersion: 1,
          build: 'bench',
          model: sentiment.id,
          writer: 'bench',
          writtenAt: Date.now(),
        }
        await partitions.commit({ partition, base: undefined, next: manifest, puts })
      }
      const registry = createRegistry()
      const scoring = createScoring({
        config: scoringConfig.parse({ checkpointEverySeconds: 1 }),
        log,
        store,
        clock: systemClock,
        logger: createSilentLogger(),
        registry,
        random: Math.random,
        instance: 'bench',
        build: 'bench',
        sentiment,
        serveHttp: false,
      })
      await scoring.start()
      await untilCheckpointed(1)
      const delay = monitorEventLoopDelay({ resolution: 1 })
      delay.enable()
      for (let round = 2; round <= rounds; round += 1) await untilCheckpointed(round)
      delay.disable()
      await scoring.stop()
      return delay.max / 1e6

      /** Closes a minute and waits until every partition's state holds it. */
      async function untilCheckpointed(round: number): Promise<void> {
        const at = end + round * minute
        const waiting = new Set(states.keys())
        while (waiting.size > 0) {
          // Again where it came before a checkpoint was due: a partition is checkpointed as it reads.
          await beat(at)
          await sleep(1_100)
          for (const partition of [...waiting])
            if ((await partitions.manifest(partition))?.partitionTime === at) waiting.delete(partition)
        }
      }
    }),
  )
}

function sizeOf(partitions: ReadonlyMap<number, ReadonlyMap<string, Uint8Array>>): number {
  let bytes = 0
  for (const values of partitions.values()) for (const value of values.values()) bytes += value.length
  return bytes
}

/** Bytes held after a collection, buffers outside the heap among them. */
function usedBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') for (let times = 0; times < 3; times += 1) collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
