import type { Figure } from './figure.ts'
import { measureScoring } from './measure-scoring.ts'
import { prepareLog } from './prepare-log.ts'
import { withDrivers, withFolder } from './with-drivers.ts'

const mentions = 300_000

/** Mentions a second through the scoring service: read from the log, counted, judged, emissions and checkpoints flushed. */
export async function throughput(): Promise<Figure[]> {
  return withFolder(async (folder) => {
    // Prepared without flushing and opened anew: only the scoring is measured.
    const written = await withDrivers(folder, false, (drivers) => prepareLog(drivers, mentions))
    const { seconds, core } = await withDrivers(folder, true, measureScoring)
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
}
