import { systemClock } from '@nabiz/shared/time'
import type { DriversPlace } from '../drivers.ts'
import { exitCodes } from '../exit-codes.ts'
import type { ProcessEdge } from '../process-edge.ts'
import { findCandidate } from '../recorded/candidate.ts'
import { compareIncidents } from '../recorded/compare-incidents.ts'
import {
  describeDiff,
  describeIncidents,
  describeRecorded,
  diffJson,
  incidentJson,
} from '../recorded/describe-incidents.ts'
import { drawDiff, drawIncidents, type HourlyMentions, hourlyMentions } from '../recorded/incidents-report.ts'
import { confirmedCrises, recordedIncidents } from '../recorded/recorded-incidents.ts'
import { replayRecorded } from '../recorded/replay-recorded.ts'
import { readRange } from '../recorded/time-range.ts'
import { withRecorded } from '../recorded/with-recorded.ts'
import { writeReport } from './write-report.ts'

/** What every backtest of a log is told. */
export interface RecordedArguments {
  place: DriversPlace
  from: string | undefined
  to: string | undefined
  brand: string | undefined
  /** Days before `from` that teach the baseline. */
  warmUp: number
  json: boolean
  report: string | undefined
}

/** `nabiz backtest log`: recorded counts through the engine by any thresholds; reaches nobody. */
export async function backtestLog(
  options: RecordedArguments & { thresholds: string | undefined },
  edge: ProcessEdge,
): Promise<number> {
  const now = systemClock.now()
  const range = readRange(options.from, options.to, now)
  return withRecorded(options.place, async ({ log, view }) => {
    const candidate = findCandidate(options.thresholds, view, edge.env, now)
    const hours: HourlyMentions[] = []
    const result = await replayRecorded({
      log,
      range,
      brand: options.brand,
      warmUpDays: options.warmUp,
      candidates: [candidate],
      onSeries(series) {
        edge.stderr.write(describeRecorded(series))
        if (options.report !== undefined) hours.push(hourlyMentions(series))
      },
    })
    const incidents = result.flatMap(({ found: [own = []] }) => own)
    for (const each of options.json ? incidents : [])
      edge.stdout.write(`${JSON.stringify(incidentJson(each))}\n`)
    if (!options.json) edge.stdout.write(describeIncidents(incidents))
    if (options.report !== undefined) {
      writeReport(options.report, drawIncidents(`Pages by ${candidate.label}`, hours, incidents, range))
      edge.stderr.write(`report: ${options.report}\n`)
    }
    return exitCodes.ok
  })
}

/** `nabiz backtest diff A B`: the same records by two sets of thresholds, side by side. */
export async function backtestDiff(
  specs: { a: string; b: string },
  options: RecordedArguments,
  edge: ProcessEdge,
): Promise<number> {
  const now = systemClock.now()
  const range = readRange(options.from, options.to, now)
  return withRecorded(options.place, async ({ log, view }) => {
    const [a, b] = [findCandidate(specs.a, view, edge.env, now), findCandidate(specs.b, view, edge.env, now)]
    const hours: HourlyMentions[] = []
    const result = await replayRecorded({
      log,
      range,
      brand: options.brand,
      warmUpDays: options.warmUp,
      candidates: [a, b],
      onSeries(series) {
        edge.stderr.write(describeRecorded(series))
        if (options.report !== undefined) hours.push(hourlyMentions(series))
      },
    })
    const lived = await recordedIncidents(log, options.brand)
    const crises = confirmedCrises(lived).filter(
      ({ openedAt }) => openedAt >= range.from && openedAt < range.to,
    )
    const diffs = result.map(({ brand, found: [ofA = [], ofB = []] }) =>
      compareIncidents(brand, ofA, ofB, crises),
    )
    for (const each of options.json ? diffs : []) edge.stdout.write(`${JSON.stringify(diffJson(each))}\n`)
    if (!options.json) edge.stdout.write(describeDiff(diffs, a.label, b.label))
    if (options.report !== undefined) {
      writeReport(options.report, drawDiff({ a: a.label, b: b.label }, hours, diffs, range))
      edge.stderr.write(`report: ${options.report}\n`)
    }
    return exitCodes.ok
  })
}
