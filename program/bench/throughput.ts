import { readFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { createLexiconEngine, createScoring, scoringConfig, tokensForTerms } from '@nabiz/scoring'
import { createSilentLogger } from '@nabiz/shared/logging'
import { createRegistry } from '@nabiz/shared/metrics'
import { Progress } from '@nabiz/shared/pipeline'
import { systemClock } from '@nabiz/shared/time'
import type { Figure } from './figure.ts'
import { prepareLog } from './prepare-log.ts'
import { withDrivers, withFolder } from './with-drivers.ts'

const mentions = 300_000

/** Mentions a second through the scoring service: read from the log, counted, judged, emissions and checkpoints flushed. */
export async function throughput(): Promise<Figure[]> {
  return withFolder(async (folder) => {
    // Prepared without flushing and opened anew: only the scoring is measured.
    const written = await withDrivers(folder, false, (drivers) => prepareLog(drivers, mentions))
    return withDrivers(folder, true, async ({ log, store }) => {
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
        sentiment: createLexiconEngine(),
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
      return [
        {
          name: 'throughput',
          what: 'mentions through scoring, by the clock',
          value: written / seconds,
          unit: 'a second',
          better: 'more',
          note: `${written} in ${seconds.toFixed(1)} s; whatever else the machine did is in it`,
        },
        {
          name: 'throughput_per_core',
          what: 'mentions through scoring, by the time its thread had a core',
          value: written / core,
          unit: 'a second',
          aim: 50_000,
          better: 'more',
          note: `${core.toFixed(1)} s on a core; lmdb flushes on threads of its own`,
        },
      ]
    })
  })
}

/** Time the main thread has run on a core so far, s; the kernel's own account, waiting for a core left out. */
function mainThreadSeconds(): number {
  const [nanoseconds = '0'] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')
  return Number(nanoseconds) / 1e9
}
