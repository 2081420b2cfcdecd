import type { Log } from '@nabiz/shared/log'
import { day } from '@nabiz/shared/time'
import type { Candidate } from './candidate.ts'
import { type Axis, type Combination, combine, withValues } from './grid.ts'
import type { RecordedIncident } from './recorded-incidents.ts'
import { type RecordedSeries, readSeries } from './recorded-series.ts'
import type { ReplayPool } from './replay-pool.ts'
import { nothingRecorded } from './replay-recorded.ts'
import { type IncidentScore, scoreIncidents } from './score-incidents.ts'
import type { TimeRange } from './time-range.ts'

export interface SweepOptions {
  log: Log
  pool: ReplayPool
  range: TimeRange
  brand: string | undefined
  warmUpDays: number
  base: Candidate
  axes: readonly Axis[]
  /** What people said of the incidents of that time. */
  marked: readonly RecordedIncident[]
  onSeries(series: RecordedSeries): void
  /** Told how many combinations of a brand are ready, of how many. */
  onProgress(done: number, total: number, brand: string): void
}

/** One brand under every combination. */
export interface BrandSweep {
  brand: string
  /** Weeks that were judged. */
  weeks: number
  confirmed: number
  rejected: number
  /** In the order of the combinations. */
  scores: IncidentScore[]
}

export interface Sweep {
  axes: readonly Axis[]
  combinations: readonly Combination[]
  brands: BrandSweep[]
}

const week = 7 * day

/** Judges every brand's records by every combination, on all of the pool's threads. ConfigError where nothing was recorded. */
export async function sweep(options: SweepOptions): Promise<Sweep> {
  const { log, pool, range, axes, base } = options
  const combinations = combine(axes)
  const from = Math.max(0, range.from - options.warmUpDays * day)
  const brands: BrandSweep[] = []
  for await (const series of readSeries(log, { brand: options.brand, from, to: range.to })) {
    options.onSeries(series)
    const { brand, minutes } = series
    const own = base.judgedBy(brand)
    const judged = combinations.map((combination) => ({
      ...own,
      thresholds: withValues(own.thresholds, axes, combination),
    }))
    let done = 0
    options.onProgress(done, judged.length, brand)
    const found = await pool.run({ series, judged, ...range }, (count) => {
      done += count
      options.onProgress(done, judged.length, brand)
    })
    const within = options.marked.filter(
      (each) => each.brand === brand && each.openedAt >= range.from && each.openedAt < range.to,
    )
    const [start, end] = [
      Math.max(range.from, minutes[0]?.at ?? 0),
      Math.min(range.to, minutes.at(-1)?.at ?? 0),
    ]
    brands.push({
      brand,
      weeks: Math.max(0, end - start) / week,
      confirmed: within.filter(({ mark }) => mark === 'confirmed').length,
      rejected: within.filter(({ mark }) => mark !== undefined && mark !== 'confirmed').length,
      scores: found.map((incidents) => scoreIncidents(incidents, within)),
    })
  }
  if (brands.length === 0) throw nothingRecorded(options.brand, { from, to: range.to })
  return { axes, combinations, brands }
}
