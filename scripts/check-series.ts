import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type ThresholdsConfig, thresholdsConfig } from '@nabiz/shared/contracts'
import type { WindowBuckets } from '../services/scoring/src/engine/baseline/baseline.ts'
import { createCountBaseline } from '../services/scoring/src/engine/baseline/count-baseline.ts'
import { evaluateWindow } from '../services/scoring/src/engine/baseline/severity.ts'

/*
 * Runs the count baseline, severity and the episode logic over 5-minute series with labelled windows: a folder with
 * NAME.csv (timestamp,value) and windows.json ({ "NAME.csv": [[from, to], ...] }).
 * Prints each alert, the windows hit, the false alerts per brand and week, and a score of 100 for all windows hit early
 * with no false alert, 0 for none hit (Lavin and Ahmad 2015).
 */

const windows: readonly WindowBuckets[] = [12, 3, 1]
const bucketMs = 300_000
const rowsPerWeek = 7 * 288

interface Series {
  name: string
  times: number[]
  values: number[]
  /** Labelled windows as row numbers, both ends included. */
  labels: { left: number; right: number }[]
}

interface Alert {
  row: number
  window: WindowBuckets
  severity: number
}

/** Rows at which a page goes out: one an episode, episodes within the join time joined. */
function findAlerts(values: readonly number[], thresholds: ThresholdsConfig): Alert[] {
  const baseline = createCountBaseline()
  const alerts: Alert[] = []
  const streak = new Map<WindowBuckets, number>()
  let firing = false
  let calm = 0
  let lastAtBoundary = Number.NEGATIVE_INFINITY
  values.forEach((value, row) => {
    let greatest = Number.NEGATIVE_INFINITY
    let atBoundary = false
    let pages: Alert | undefined
    for (const window of windows) {
      let sum = 0
      for (let i = Math.max(0, row - window + 1); i <= row; i += 1) sum += values[i] ?? 0
      const forecast = baseline.forecast(window, row, 0)
      const verdict = evaluateWindow({ forecast, value: sum, windowBuckets: window, thresholds })
      greatest = Math.max(greatest, verdict.severityWithoutFloors)
      if (verdict.severity >= 1) atBoundary = true
      const evaluations = verdict.severity >= 1 ? (streak.get(window) ?? 0) + 1 : 0
      streak.set(window, evaluations)
      const due = evaluations >= thresholds.pendingEvaluations || verdict.severity >= thresholds.immediateAt
      if (due && (pages === undefined || verdict.severity > pages.severity)) {
        pages = { row, window, severity: verdict.severity }
      }
    }
    if (!firing && pages !== undefined) {
      firing = true
      if (row - lastAtBoundary > thresholds.joinHours * 12) alerts.push(pages)
    }
    // The evaluations that were pending belong to the episode they open, so they move this only once it fires.
    if (atBoundary && firing) lastAtBoundary = row
    calm = greatest < thresholds.recoverBelow ? calm + 1 : 0
    if (calm * 5 >= thresholds.recoverMinutes) firing = false
    baseline.close(row, value, true, 0)
  })
  return alerts
}

interface Score {
  hit: number
  false: number
  score: number
}

/** The scoring of Lavin and Ahmad 2015, standard profile (weights: hit 1, miss 1, false alert 0.11); the first 15 %, at most 750 rows, do not count. */
function scoreAlerts(series: Series, alerts: readonly Alert[]): Score {
  const probation = probationOf(series)
  const best = series.labels.map(() => Number.NEGATIVE_INFINITY)
  let falseAlerts = 0
  let score = 0
  for (const { row } of alerts) {
    if (row < probation) continue
    const inside = series.labels.findIndex(({ left, right }) => row >= left && row <= right)
    const label = series.labels[inside]
    if (label !== undefined) {
      const position = -(label.right - row + 1) / (label.right - label.left + 1)
      best[inside] = Math.max(best[inside] ?? 0, sigmoid(position) / sigmoid(-1))
      continue
    }
    falseAlerts += 1
    const before = series.labels.filter(({ right }) => right < row).at(-1)
    score += 0.11 * (before === undefined ? -1 : sigmoid((row - before.right) / (before.right - before.left)))
  }
  for (const value of best) score += Number.isFinite(value) ? value : -1
  return { hit: best.filter(Number.isFinite).length, false: falseAlerts, score }
}

/** First rows, which are not scored. */
function probationOf(series: Series): number {
  return Math.min(Math.floor(0.15 * series.values.length), 750)
}

function sigmoid(x: number): number {
  return x > 3 ? -1 : 2 / (1 + Math.exp(5 * x)) - 1
}

function readSeries(folder: string): Series[] {
  const labels: unknown = JSON.parse(readFileSync(join(folder, 'windows.json'), 'utf8'))
  if (typeof labels !== 'object' || labels === null) throw new Error('windows.json: expected an object')
  const byFile = new Map<string, unknown>(Object.entries(labels))
  return readdirSync(folder)
    .filter((name) => name.endsWith('.csv'))
    .sort()
    .map((name) => {
      const rows = readFileSync(join(folder, name), 'utf8').trim().split('\n').slice(1)
      const times = rows.map((row) => timeOf(row.slice(0, row.indexOf(','))))
      const values = rows.map((row) => Number(row.slice(row.indexOf(',') + 1)))
      const own = byFile.get(name)
      const spans = Array.isArray(own) ? own.map(([from, to]) => [timeOf(`${from}`), timeOf(`${to}`)]) : []
      return { name, times, values, labels: spans.map(([from = 0, to = 0]) => rowsWithin(times, from, to)) }
    })
}

function rowsWithin(times: readonly number[], from: number, to: number): { left: number; right: number } {
  const left = times.findIndex((time) => time >= from)
  return { left, right: times.findLastIndex((time) => time <= to) }
}

function timeOf(text: string): number {
  return Date.parse(`${text.trim().replace(' ', 'T').slice(0, 19)}Z`)
}

function gaps(times: readonly number[]): number {
  return times.filter((time, row) => row > 0 && time - (times[row - 1] ?? 0) !== bucketMs).length
}

const { values: options } = parseArgs({
  options: { data: { type: 'string' }, sensitivity: { type: 'string', default: '1' } },
})
if (options.data === undefined) {
  console.error('usage: node --import tsx scripts/check-series.ts --data DIR [--sensitivity 1]')
  process.exit(2)
}
const thresholds = thresholdsConfig.parse({ id: 'default', sensitivity: Number(options.sensitivity) })
const all = readSeries(options.data)
let total = 0
let hit = 0
let falseAlerts = 0
let weeks = 0
for (const series of all) {
  const alerts = findAlerts(series.values, thresholds)
  const scored = scoreAlerts(series, alerts)
  total += scored.score
  hit += scored.hit
  falseAlerts += scored.false
  weeks += (series.values.length - probationOf(series)) / rowsPerWeek
  console.log(
    `${series.name}: ${series.values.length} rows, ${gaps(series.times)} uneven steps, ${alerts.length} alerts, ` +
      `${scored.hit}/${series.labels.length} windows, ${scored.false} false`,
  )
  for (const { row, window, severity } of alerts) {
    const inside = series.labels.some(({ left, right }) => row >= left && row <= right)
    const at = new Date(series.times[row] ?? 0).toISOString().slice(0, 16)
    console.log(
      `  ${at} ${String(window * 5).padStart(2)} min ${severity.toFixed(2).padStart(7)} ${inside ? 'in' : '-'}`,
    )
  }
}
const count = all.reduce((sum, series) => sum + series.labels.length, 0)
console.log(
  `score ${((100 * (total + count)) / (2 * count)).toFixed(1)}, windows ${hit}/${count}, ` +
    `false alerts per brand-week ${(falseAlerts / weeks).toFixed(2)} (${falseAlerts})`,
)
