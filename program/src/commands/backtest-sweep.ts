import { systemClock } from '@nabiz/shared/time'
import { exitCodes } from '../exit-codes.ts'
import type { ProcessEdge } from '../process-edge.ts'
import { findCandidate } from '../recorded/candidate.ts'
import { describeRecorded } from '../recorded/describe-incidents.ts'
import {
  describeSuggestions,
  describeSweep,
  suggestionJson,
  sweepJson,
  sweepRows,
} from '../recorded/describe-sweep.ts'
import { type Axis, combine, readAxis } from '../recorded/grid.ts'
import { recordedIncidents } from '../recorded/recorded-incidents.ts'
import { createReplayPool } from '../recorded/replay-pool.ts'
import { knobValues, readBudget, suggestFor } from '../recorded/suggest.ts'
import { type Sweep, sweep } from '../recorded/sweep.ts'
import { drawSuggestions, drawSweep } from '../recorded/sweep-report.ts'
import { readRange } from '../recorded/time-range.ts'
import { withRecorded } from '../recorded/with-recorded.ts'
import type { RecordedArguments } from './backtest-log.ts'
import { createBar } from './progress-bar.ts'
import { writeReport } from './write-report.ts'

export interface SweepArguments extends RecordedArguments {
  /** What the fields that do not vary are taken from. */
  thresholds: string | undefined
  threads: number | undefined
}

/** `nabiz backtest sweep`: the same records by every combination of a grid, on all cores. */
export async function backtestSweep(
  vary: readonly string[],
  options: SweepArguments,
  edge: ProcessEdge,
): Promise<number> {
  const axes = vary.map(readAxis)
  combine(axes)
  const result = await run(axes, options, edge)
  const rows = sweepRows(result)
  for (const row of options.json ? rows : []) edge.stdout.write(`${JSON.stringify(sweepJson(row))}\n`)
  if (!options.json) edge.stdout.write(describeSweep(result, rows))
  if (options.report !== undefined) {
    writeReport(options.report, drawSweep(result, rows))
    edge.stderr.write(`report: ${options.report}\n`)
  }
  return exitCodes.ok
}

/** `nabiz backtest suggest`: the knob of each brand that finds the most confirmed crises within a budget of false pages. */
export async function backtestSuggest(
  budgetText: string,
  options: SweepArguments,
  edge: ProcessEdge,
): Promise<number> {
  const budget = readBudget(budgetText)
  const { brands } = await run([{ path: 'sensitivity', values: knobValues }], options, edge)
  const suggestions = brands.map((brand) => ({ suggestion: suggestFor(brand, budget), scores: brand.scores }))
  for (const { suggestion, scores } of options.json ? suggestions : [])
    edge.stdout.write(`${JSON.stringify(suggestionJson(suggestion, scores))}\n`)
  if (!options.json) edge.stdout.write(describeSuggestions(suggestions, budget))
  if (options.report !== undefined) {
    writeReport(options.report, drawSuggestions(suggestions, budget))
    edge.stderr.write(`report: ${options.report}\n`)
  }
  return exitCodes.ok
}

async function run(axes: readonly Axis[], options: SweepArguments, edge: ProcessEdge): Promise<Sweep> {
  const now = systemClock.now()
  const range = readRange(options.from, options.to, now)
  return withRecorded(options.place, async ({ log, view }) => {
    const base = findCandidate(options.thresholds, view, edge.env, now)
    const bar = createBar(edge)
    const pool = createReplayPool(options.threads)
    try {
      return await sweep({
        log,
        pool,
        range,
        axes,
        base,
        brand: options.brand,
        warmUpDays: options.warmUp,
        marked: await recordedIncidents(log, options.brand),
        onSeries(series) {
          edge.stderr.write(describeRecorded(series))
          bar.start(series.brand)
        },
        onProgress: (done, total) => bar.update(done, total, ''),
      })
    } finally {
      bar.stop()
      await pool.close()
    }
  })
}
