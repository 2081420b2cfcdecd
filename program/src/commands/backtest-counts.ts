import { type ThresholdsConfig, thresholdsConfig } from '@nabiz/shared/contracts'
import { ConfigError } from '@nabiz/shared/errors'
import { day } from '@nabiz/shared/time'
import { type CountSeries, readCountsFile } from '../backtest/counts-file.ts'
import {
  createTeller,
  describeSeries,
  describeTransitions,
  transitionJson,
} from '../backtest/describe-counts.ts'
import { type CountTransition, type HourPoint, runCounts } from '../backtest/run-counts.ts'
import { zoneOffsets } from '../config/zone-offsets.ts'
import { exitCodes } from '../exit-codes.ts'
import type { ProcessEdge } from '../process-edge.ts'
import { writeReport } from './write-report.ts'

export interface BacktestCountsArguments {
  config: string | undefined
  brand: string | undefined
  timeZone: string | undefined
  json: boolean
  report: string | undefined
}

/** `nabiz backtest counts FILE`: recorded counts of one brand through the engine that runs live; reaches nobody. */
export async function backtestCounts(
  path: string,
  options: BacktestCountsArguments,
  edge: ProcessEdge,
): Promise<number> {
  const judged = await judgedBy(options, edge)
  const series = readCountsFile(path, options.timeZone)
  edge.stderr.write(describeSeries(series))
  const transitions: CountTransition[] = []
  const hours: HourPoint[] = []
  const teller = createTeller(judged.thresholds.escalateFactor)
  runCounts({
    series,
    thresholds: judged.thresholds,
    zoneOffsets: zonesOf(series, judged.timeZone),
    onTransition(transition) {
      transitions.push(transition)
      const told = teller(transition)
      if (options.json && told !== undefined) edge.stdout.write(`${transitionJson(told)}\n`)
    },
    ...(options.report === undefined ? {} : { onHour: (point: HourPoint) => hours.push(point) }),
  })
  if (!options.json) edge.stdout.write(describeTransitions(transitions))
  if (options.report !== undefined) {
    const { drawReport } = await import('../backtest/counts-report.ts')
    writeReport(options.report, drawReport({ title: path, series, transitions, hours }))
    edge.stderr.write(`report: ${options.report}\n`)
  }
  return exitCodes.ok
}

/** The thresholds of the brand that is named, or of the config's only one; otherwise those called `default`. */
async function judgedBy(
  options: Pick<BacktestCountsArguments, 'config' | 'brand'>,
  edge: ProcessEdge,
): Promise<{ thresholds: ThresholdsConfig; timeZone: string }> {
  const shipped = thresholdsConfig.parse({ id: 'default' })
  if (options.config === undefined) {
    if (options.brand === undefined) return { thresholds: shipped, timeZone: 'UTC' }
    const fault = {
      path: '--brand',
      found: 'no config',
      expected: '--config with a file that has this brand',
    }
    throw new ConfigError('command line', [fault])
  }
  // What a config may say of every service is not loaded where there is none.
  const { readConfig } = await import('../config/read-config.ts')
  const config = readConfig(options.config, edge.env)
  const brand =
    options.brand === undefined && config.brands.length === 1
      ? config.brands[0]
      : config.brands.find(({ id }) => id === options.brand)
  if (options.brand !== undefined && brand === undefined) {
    const expected = `one of: ${config.brands.map(({ id }) => id).join(', ') || 'none there'}`
    throw new ConfigError(options.config, [{ path: '--brand', found: options.brand, expected }])
  }
  const id = brand?.thresholds ?? 'default'
  return {
    thresholds: config.thresholds.find((entry) => entry.id === id) ?? shipped,
    timeZone: brand?.timeZone ?? 'UTC',
  }
}

function zonesOf({ rows, widthMs }: CountSeries, timeZone: string) {
  const [from, to] = [rows[0]?.at ?? 0, (rows.at(-1)?.at ?? 0) + widthMs]
  return zoneOffsets(timeZone, from - day, to + day)
}
