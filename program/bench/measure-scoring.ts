import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { createScoring, createSentimentEngine, scoringConfig, tokensForTerms } from '@nabiz/scoring'
import { createSilentLogger } from '@nabiz/shared/logging'
import { createRegistry } from '@nabiz/shared/metrics'
import { Progress } from '@nabiz/shared/pipeline'
import { systemClock } from '@nabiz/shared/time'
import type { Drivers } from '../src/drivers.ts'

/** Seconds in which the scoring service takes everything in a log, by the clock and by its thread's time on a core. */
export async function measureScoring({ log, store }: Drivers): Promise<{ seconds: number; core: number }> {
  const progress = new Progress()
  const scoring = createScoring({
    config: scoringConfig.parse({}),
    log,
    store,
    clock: systemClock,
    logger: createSilentLogger(),
    registry: createRegistry({ service: 'scoring' }),
    random: Math.random,
    instance: 'bench',
    build: 'bench',
    sentiment: createSentimentEngine(),
    readTerms: tokensForTerms,
    progress,
    serveHttp: false,
  })
  const ends = new Map((await log.bounds('mentions')).map(({ partition, end }) => [partition, end]))
  const startedAt = performance.now()
  const coreBefore = mainThreadSeconds()
  await scoring.start()
  await progress.reached(ends)
  const seconds = (performance.now() - startedAt) / 1_000
  const core = mainThreadSeconds() - coreBefore
  await scoring.stop()
  return { seconds, core }
}

/** Time the main thread has run on a core so far, s; the kernel's own account, waiting for a core left out. */
function mainThreadSeconds(): number {
  const [nanoseconds = '0'] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')
  return Number(nanoseconds) / 1e9
}
