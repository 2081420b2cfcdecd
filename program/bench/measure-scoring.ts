import { performance } from 'node:perf_hooks'
import { createScoring, createSentimentEngine, createTextThreads, scoringConfig } from '@nabiz/scoring'
import type { Log } from '@nabiz/shared/log'
import { createSilentLogger } from '@nabiz/shared/logging'
import { createRegistry } from '@nabiz/shared/metrics'
import { Progress } from '@nabiz/shared/pipeline'
import { systemClock } from '@nabiz/shared/time'
import type { Drivers } from '../src/drivers.ts'
import { coreSeconds } from './core-time.ts'

/**
 * Seconds in which the scoring service takes everything in a log, by the clock and by its thread's time on a core; from
 * the first batch on, so that joining a group is left out.
 */
export async function measureScoring({ log, store }: Drivers): Promise<{ seconds: number; core: number }> {
  const progress = new Progress()
  const config = scoringConfig.parse({})
  const logger = createSilentLogger()
  const registry = createRegistry({ service: 'scoring' })
  const scoring = createScoring({
    config,
    log,
    store,
    clock: systemClock,
    logger,
    registry,
    random: Math.random,
    instance: 'bench',
    build: 'bench',
    sentiment: createSentimentEngine(),
    textThreads: createTextThreads({ threads: config.textThreads, registry, logger }),
    progress,
    serveHttp: false,
  })
  const ends = new Map((await log.bounds('mentions')).map(({ partition, end }) => [partition, end]))
  const first = whenFirstTaken(log)
  await scoring.start()
  const { startedAt, coreBefore } = await first
  await progress.reached(ends)
  const seconds = (performance.now() - startedAt) / 1_000
  const core = coreSeconds() - coreBefore
  await scoring.stop()
  return { seconds, core }
}

/** Clock and core time of the moment at which the next subscriber of a log is given its first batch. */
function whenFirstTaken(log: Log): Promise<{ startedAt: number; coreBefore: number }> {
  const subscribe = log.subscribe.bind(log)
  return new Promise((resolve) => {
    log.subscribe = ({ handler, ...rest }) =>
      subscribe({
        ...rest,
        handler: {
          ...handler,
          process(batch, signal) {
            resolve({ startedAt: performance.now(), coreBefore: coreSeconds() })
            return handler.process(batch, signal)
          },
        },
      })
  })
}
