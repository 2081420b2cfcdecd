import { createScoring, createSentimentEngine, createTextThreads, scoringConfig } from '@nabiz/scoring'
import type { Topic } from '@nabiz/shared/contracts'
import type { Log, LogRecord } from '@nabiz/shared/log'
import { createSilentLogger } from '@nabiz/shared/logging'
import { createRegistry } from '@nabiz/shared/metrics'
import { Progress } from '@nabiz/shared/pipeline'
import type { Store } from '@nabiz/shared/store'
import type { Clock } from '@nabiz/shared/time'
import { counterOf } from '../world.ts'

const emitted = ['signals', 'breaches', 'counts'] as const

/** Keys and values of each partition of each topic in order, as they stand in the log. */
export type Emissions = Record<(typeof emitted)[number], string[][]>

export interface ScoringRun {
  log: Log
  /** One that knows nothing of the log yet. */
  store: Store
  clock: Clock
  /** Records in a batch at most. */
  batch: number
  /** Shares of the log after which scoring is stopped and begun again from its checkpoints. */
  stops: readonly number[]
  /** Threads that read texts ahead. */
  threads?: number
}

/**
 * Scores a log from its first record to its end; what that appends, how many heartbeats of a fast clock it refused and
 * how many texts other threads read.
 */
export async function scoreAgain({ log, store, clock, batch, stops, threads = 0 }: ScoringRun) {
  const starts = await endsOf(log)
  const progress = new Progress()
  const ends = new Map((await log.bounds('mentions')).map(({ partition, end }) => [partition, end]))
  let refusedHeartbeats = 0
  let readAhead = 0
  for (const share of [...stops, 1]) {
    const registry = createRegistry()
    const logger = createSilentLogger()
    const textThreads = createTextThreads({ threads, registry, logger })
    await textThreads.start()
    const scoring = createScoring({
      config: scoringConfig.parse({ checkpointEverySeconds: 600 }),
      log,
      store,
      clock,
      logger,
      registry,
      random: () => 0.5,
      instance: 'virtual',
      build: 'test',
      sentiment: createSentimentEngine(),
      textThreads,
      maxBatchRecords: batch,
      progress,
      serveHttp: false,
    })
    await scoring.start()
    await progress.reached(new Map([...ends].map(([partition, end]) => [partition, Math.floor(end * share)])))
    await scoring.stop()
    const refused = { reason: 'refused_heartbeat' }
    refusedHeartbeats += await counterOf(registry, 'nabiz_scoring_records_dropped_total', refused)
    readAhead += await counterOf(registry, 'nabiz_scoring_texts_read_ahead_total')
  }
  return { emissions: await emissionsOf(log, starts), refusedHeartbeats, readAhead }
}

/** What stands behind the given ends; everything where none is given. */
export async function emissionsOf(log: Log, starts: ReadonlyMap<string, number>): Promise<Emissions> {
  const read = async (topic: Topic) => {
    const partitions: string[][] = []
    for (const { partition, earliest, end } of await log.bounds(topic)) {
      const from = starts.get(`${topic} ${partition}`) ?? earliest
      const records = await recordsOf(log, topic, partition, from, end)
      partitions.push(records.map(({ key, value }) => `${key} ${Buffer.from(value).toString('latin1')}`))
    }
    return partitions
  }
  return { signals: await read('signals'), breaches: await read('breaches'), counts: await read('counts') }
}

/** Records of a partition in order; none where `from` is the end. */
export async function recordsOf(log: Log, topic: Topic, partition: number, from: number, end: number) {
  const found: LogRecord[] = []
  if (from < end)
    for await (const records of log.read({ topic, partition, from, to: end })) found.push(...records)
  return found
}

async function endsOf(log: Log): Promise<Map<string, number>> {
  const ends = new Map<string, number>()
  for (const topic of emitted)
    for (const { partition, end } of await log.bounds(topic)) ends.set(`${topic} ${partition}`, end)
  return ends
}
