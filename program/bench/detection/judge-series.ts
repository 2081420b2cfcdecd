import { type ThresholdsConfig, thresholdsConfig } from '@nabiz/shared/contracts'
import { type CountsRunOptions, type CountTransition, runCounts } from '../../src/backtest/run-counts.ts'
import type { LabelledSeries } from './labelled-series.ts'
import { type Tally, tally } from './nab-score.ts'

/** What the live engine told of a series. */
export interface Judged {
  /** Rows at whose end a new incident was paged. */
  alerts: { row: number; opened: CountTransition }[]
  tally: Tally
}

/** The shipped thresholds, with every boundary scaled. */
export function shippedThresholds(sensitivity = 1): ThresholdsConfig {
  return thresholdsConfig.parse({ id: 'default', sensitivity })
}

/** A person who marks each episode that lies outside all labelled windows as expected, once it is over. */
export function markUnlabelled(series: LabelledSeries): NonNullable<CountsRunOptions['mark']> {
  const momentOf = (row: number) => series.rows[row]?.at ?? 0
  return ({ since, until }) =>
    series.windows.some(
      ({ left, right }) => until >= momentOf(left) && since <= momentOf(right) + series.widthMs,
    )
      ? undefined
      : 'expected'
}

/** Passes a series through the live engine; an episode that joins another pages nobody anew and is no alert. */
export function judgeSeries(
  series: LabelledSeries,
  thresholds: ThresholdsConfig,
  mark?: CountsRunOptions['mark'],
): Judged {
  const rowEndingAt = new Map(series.rows.map(({ at }, row) => [at + series.widthMs, row]))
  const alerts: Judged['alerts'] = []
  runCounts({
    series,
    thresholds,
    zoneOffsets: [{ from: 0, minutes: 0 }],
    ...(mark === undefined ? {} : { mark }),
    onTransition(opened) {
      if (opened.event !== 'opened' || opened.joins) return
      alerts.push({ row: rowEndingAt.get(opened.at) ?? series.rows.length - 1, opened })
    },
  })
  const rows = alerts.map(({ row }) => row)
  return { alerts, tally: tally(series.rows.length, series.windows, rows) }
}
