import { ConfigError } from '@nabiz/shared/errors'
import type { Log } from '@nabiz/shared/log'
import { day } from '@nabiz/shared/time'
import type { Candidate } from './candidate.ts'
import type { FoundIncident } from './group-incidents.ts'
import { type RecordedSeries, readSeries } from './recorded-series.ts'
import { replayTask } from './replay-task.ts'
import type { TimeRange } from './time-range.ts'

export interface RecordedRun {
  log: Log
  range: TimeRange
  brand: string | undefined
  /** Days before the range that teach the baseline. */
  warmUpDays: number
  candidates: readonly Candidate[]
  /** Told of each brand before it is judged. */
  onSeries(series: RecordedSeries): void
}

/** Each brand with the incidents that each candidate would have made of it. */
export type RecordedResult = { brand: string; found: FoundIncident[][] }[]

/** Passes recorded counts through the engine once for each candidate, brand after brand. ConfigError where nothing was recorded. */
export async function replayRecorded(run: RecordedRun): Promise<RecordedResult> {
  const { log, range, brand, candidates } = run
  const from = Math.max(0, range.from - run.warmUpDays * day)
  const result: RecordedResult = []
  for await (const series of readSeries(log, { brand, from, to: range.to })) {
    run.onSeries(series)
    const judged = candidates.map((candidate) => candidate.judgedBy(series.brand))
    result.push({ brand: series.brand, found: replayTask({ series, judged, ...range }) })
  }
  if (result.length === 0) throw nothingRecorded(brand, { from, to: range.to })
  return result
}

/** Why there is nothing to judge. */
export function nothingRecorded(brand: string | undefined, { from, to }: TimeRange): ConfigError {
  const span = `${new Date(from).toISOString()} to ${new Date(to).toISOString()}`
  const found = `no counts ${brand === undefined ? '' : `of ${brand} `}from ${span}`
  const expected = 'a time in which nabiz ran on this log, and a brand it watched'
  return new ConfigError('command line', [
    { path: brand === undefined ? '--from' : '--brand', found, expected },
  ])
}
