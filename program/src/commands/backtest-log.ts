import type { ModelShelf } from '@nabiz/scoring'
import type { Log } from '@nabiz/shared/log'
import { systemClock } from '@nabiz/shared/time'
import type { DriversPlace } from '../drivers.ts'
import { exitCodes } from '../exit-codes.ts'
import { modelInForce } from '../models/model-in-force.ts'
import { type ModelsConfig, openModels } from '../models/open-models.ts'
import type { ProcessEdge } from '../process-edge.ts'
import { type Candidate, emptyView, findCandidate } from '../recorded/candidate.ts'
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
import type { RecordedSeries } from '../recorded/recorded-series.ts'
import {
  type MentionsResult,
  replayExportedMentions,
  replayLoggedMentions,
} from '../recorded/replay-mentions.ts'
import { nothingRecorded, replayRecorded } from '../recorded/replay-recorded.ts'
import { readRange, type TimeRange } from '../recorded/time-range.ts'
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

export interface LogArguments extends RecordedArguments {
  thresholds: string | undefined
  /** True: the log's mentions instead of its counts; a path: those of an export. */
  mentions: string | boolean | undefined
  /** What the config of the log says of sentiment engines; undefined: no config. */
  models: ModelsConfig | undefined
}

/** `nabiz backtest log`: recorded counts or mentions through the engine by any thresholds; reaches nobody. */
export async function backtestLog(options: LogArguments, edge: ProcessEdge): Promise<number> {
  const now = systemClock.now()
  const range = readRange(options.from, options.to, now)
  const { mentions, brand } = options
  if (typeof mentions === 'string') {
    const candidate = findCandidate(options.thresholds ?? 'shipped', emptyView(), edge.env, now)
    const found = await withModels(options, (models) =>
      replayExportedMentions(mentions, { candidate, range, brand, models, engine: models.defaultId }),
    )
    return tellIncidents(found, candidate.label, range, options, edge)
  }
  return withRecorded(options.place, async ({ log, view }) => {
    const candidate = findCandidate(options.thresholds, view, edge.env, now)
    const found =
      mentions === true
        ? await withModels(options, (models) => {
            const engine = modelInForce(view) ?? models.defaultId
            return replayLoggedMentions(log, { candidate, range, brand, models, engine })
          })
        : await replayLoggedCounts(log, candidate, range, options, edge)
    if (found.hours.length === 0 && mentions === true) throw nothingRecorded(options.brand, range)
    return tellIncidents(found, candidate.label, range, options, edge)
  })
}

/** With the engines of the config; none stands in for another, or the past would be judged in other terms. */
async function withModels<T>(
  { models: config }: LogArguments,
  use: (models: ModelShelf) => Promise<T>,
): Promise<T> {
  const { models, close } = await openModels(config, 'wait')
  try {
    return await use(models)
  } finally {
    await close()
  }
}

async function replayLoggedCounts(
  log: Log,
  candidate: Candidate,
  range: TimeRange,
  options: RecordedArguments,
  edge: ProcessEdge,
): Promise<MentionsResult> {
  const hours: HourlyMentions[] = []
  const result = await replayRecorded({
    log,
    range,
    brand: options.brand,
    warmUpDays: options.warmUp,
    candidates: [candidate],
    lived: await recordedIncidents(log, options.brand),
    onSeries: noteSeries(hours, options, edge),
  })
  return { incidents: result.flatMap(({ found: [own = []] }) => own), hours }
}

/** Says of each brand what was recorded, and keeps its mentions for the report where one is wanted. */
function noteSeries(hours: HourlyMentions[], { report }: RecordedArguments, edge: ProcessEdge) {
  return (series: RecordedSeries) => {
    edge.stderr.write(describeRecorded(series))
    if (report !== undefined) hours.push(hourlyMentions(series))
  }
}

function tellIncidents(
  { incidents, hours }: MentionsResult,
  label: string,
  range: TimeRange,
  options: RecordedArguments,
  edge: ProcessEdge,
): number {
  for (const each of options.json ? incidents : [])
    edge.stdout.write(`${JSON.stringify(incidentJson(each))}\n`)
  if (!options.json) edge.stdout.write(describeIncidents(incidents))
  if (options.report !== undefined) {
    writeReport(options.report, drawIncidents(`Pages by ${label}`, hours, incidents, range))
    edge.stderr.write(`report: ${options.report}\n`)
  }
  return exitCodes.ok
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
    const lived = await recordedIncidents(log, options.brand)
    const hours: HourlyMentions[] = []
    const result = await replayRecorded({
      log,
      range,
      brand: options.brand,
      warmUpDays: options.warmUp,
      candidates: [a, b],
      lived,
      onSeries: noteSeries(hours, options, edge),
    })
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
