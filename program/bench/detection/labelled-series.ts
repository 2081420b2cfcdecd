import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type CountSeries, readCountsFile } from '../../src/backtest/counts-file.ts'
import { readTime } from '../../src/backtest/row-time.ts'
import type { LabelledWindow } from './nab-score.ts'

/** Counts of one brand with the stretches in which something is known to have happened. */
export interface LabelledSeries extends CountSeries {
  name: string
  windows: LabelledWindow[]
}

const labels = z.record(z.string(), z.array(z.tuple([z.string(), z.string()])))

/** Reads every NAME.csv of a folder and `windows.json`: { "NAME.csv": [[first, last], ...] }, both ends included. */
export function readLabelledSeries(folder: string): LabelledSeries[] {
  const byFile = labels.parse(JSON.parse(readFileSync(join(folder, 'windows.json'), 'utf8')))
  return readdirSync(folder)
    .filter((file) => file.endsWith('.csv'))
    .sort()
    .map((file) => {
      const series = readCountsFile(join(folder, file))
      const spans = byFile[file]
      if (spans === undefined)
        throw new Error(`windows.json: found no ${file}, expected its windows, [] for none`)
      const windows = spans.map(([from, to]) => rowsWithin(series, momentOf(from), momentOf(to)))
      return { ...series, name: file.replace(/\.csv$/, ''), windows }
    })
}

function rowsWithin({ rows }: CountSeries, from: number, to: number): LabelledWindow {
  return { left: rows.findIndex(({ at }) => at >= from), right: rows.findLastIndex(({ at }) => at <= to) }
}

function momentOf(text: string): number {
  const time = readTime(text)
  if (time === undefined)
    throw new Error(`windows.json: found ${text}, expected a time such as 2026-03-10 09:05:00`)
  return time.at
}
