/*
 * npm run bench:detection -- --data DIR [--alerts] [--perturbed]: how well the live engine with its shipped thresholds
 * finds labelled windows in counts of real brands, beside a naive rolling z and published detectors. DIR holds NAME.csv
 * (timestamp,value) and windows.json. --perturbed adds other histories of the same brands; some minutes.
 */
import { parseArgs } from 'node:util'
import { timeOf } from '../../src/backtest/describe-counts.ts'
import { drawTable } from '../../src/commands/table.ts'
import { describePerturbed } from './describe-perturbed.ts'
import { type Judged, judgeSeries, shippedThresholds } from './judge-series.ts'
import { type LabelledSeries, readLabelledSeries } from './labelled-series.ts'
import { falsePerWeek, scoreOf, type Tally, tally } from './nab-score.ts'
import { alertsAbove, rollingZ } from './rolling-z.ts'

const week = 7 * 86_400_000
/** Values of the one knob that each brand left out is tuned over. */
const sensitivities = [0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.4]
const mostFalsePerWeek = 0.5
const naiveThresholds = Array.from({ length: 60 }, (_, index) => 2 + index * 0.5)
const rowsPerDay = 288

/**
 * Their published alerts on NAB's ten series of mentions, scored alike; the threshold chosen on AAPL, CRM, FB, KO and UPS.
 * `five`: those; `others`: the five brands that nothing was chosen on.
 */
const published = [
  { name: 'ARTime', five: [87.0, '17/17', 0.53], others: [74.6, '14/16', 0.59] },
  { name: 'contextOSE', five: [76.4, '14/17', 0.05], others: [67.0, '12/16', 0.16] },
] as const

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    alerts: { type: 'boolean', default: false },
    perturbed: { type: 'boolean', default: false },
  },
})
if (values.data === undefined) {
  console.error('usage: npm run bench:detection -- --data DIR [--alerts] [--perturbed]')
  process.exit(2)
}
const all = readLabelledSeries(values.data)
const rowsPerWeek = week / (all[0]?.widthMs ?? 1)
const bySensitivity = new Map<number, Judged[]>()
for (const sensitivity of sensitivities)
  bySensitivity.set(
    sensitivity,
    all.map((series) => judgeSeries(series, shippedThresholds(sensitivity))),
  )

const shipped = judgedAt(1)
console.log(
  drawTable(
    ['brand', 'rows', 'alerts', 'windows hit', 'false', 'score'],
    all.map(describeBrand),
    new Set([1, 2, 3, 4, 5]),
  ),
)
if (values.alerts) all.forEach(tellAlerts)
const naive = bestNaive(0)
const naiveEpisodes = bestNaive(rowsPerDay / 2)
const others = published.map(({ name, five }) => [
  `${name}, published, on AAPL, CRM, FB, KO, UPS`,
  five[0].toFixed(1),
  five[1],
  five[2].toFixed(2),
])
const unseen = published.map(({ name, others: [score, hit, wrong] }) => [
  `${name}, published, on five other brands`,
  score.toFixed(1),
  hit,
  wrong.toFixed(2),
])
console.log(
  drawTable(
    ['detector', 'score', 'windows hit', 'false a brand-week'],
    [
      ['shipped thresholds', ...summary(shipped.map((judged) => judged.tally))],
      ['each brand by the knob chosen on the others', ...summary(leftOut().map(({ own }) => own))],
      [`rolling z of 5 minutes against a day, z ≥ ${naive.threshold}, the best`, ...summary(naive.tallies)],
      [
        `the same, an alert an episode, z ≥ ${naiveEpisodes.threshold}, the best`,
        ...summary(naiveEpisodes.tallies),
      ],
      ...others,
      ...unseen,
    ],
    new Set([1, 2, 3]),
  ),
)
console.log(
  drawTable(
    ['left out', 'knob chosen on the others', 'score there', 'score of the brand', 'windows hit', 'false'],
    leftOut().map(describeLeftOut),
    new Set([1, 2, 3, 4, 5]),
  ),
)
console.log(
  drawTable(
    ['knob', 'score', 'windows hit', 'false a brand-week'],
    sensitivities.map((each) => [String(each), ...summary(judgedAt(each).map((judged) => judged.tally))]),
    new Set([0, 1, 2, 3]),
  ),
)

if (values.perturbed) console.log(describePerturbed(all, rowsPerWeek))

function judgedAt(sensitivity: number): Judged[] {
  return bySensitivity.get(sensitivity) ?? []
}

function summary(tallies: readonly Tally[]): [string, string, string] {
  const { score, hit, windows } = scoreOf(tallies)
  return [score.toFixed(1), `${hit}/${windows}`, falsePerWeek(tallies, rowsPerWeek).toFixed(2)]
}

function describeBrand(series: LabelledSeries, index: number): string[] {
  const judged = shipped[index]
  if (judged === undefined) return [series.name]
  const { hit, windows, false: wrong } = judged.tally
  const score = scoreOf([judged.tally]).score.toFixed(1)
  return [
    series.name,
    `${series.rows.length}`,
    `${judged.alerts.length}`,
    `${hit}/${windows}`,
    `${wrong}`,
    score,
  ]
}

function tellAlerts(series: LabelledSeries, index: number): void {
  for (const { row, opened } of shipped[index]?.alerts ?? []) {
    const isHit = series.windows.some(({ left, right }) => row >= left && row <= right)
    console.log(
      `${series.name}  ${timeOf(opened.at)}  ${opened.minutes} min  ${opened.severity.toFixed(2)}  ${isHit ? 'in a window' : '-'}`,
    )
  }
}

interface LeftOut {
  name: string
  sensitivity: number
  others: Tally[]
  own: Tally
}

/** For each brand the knob that scores best on the others within the budget of false alerts, and what it does there. */
function leftOut(): LeftOut[] {
  return all.map((series, index) => {
    const candidates = sensitivities.flatMap((sensitivity) => {
      const tallies = judgedAt(sensitivity).map((judged) => judged.tally)
      const own = tallies[index]
      const rest = tallies.filter((_, at) => at !== index)
      return own === undefined ? [] : [{ name: series.name, sensitivity, others: rest, own }]
    })
    const within = candidates.filter((each) => falsePerWeek(each.others, rowsPerWeek) <= mostFalsePerWeek)
    const pool = within.length > 0 ? within : candidates
    return pool.reduce((best, each) =>
      scoreOf(each.others).score > scoreOf(best.others).score ? each : best,
    )
  })
}

function describeLeftOut({ name, sensitivity, others: rest, own }: LeftOut): string[] {
  const there = scoreOf(rest).score.toFixed(1)
  return [
    name,
    `${sensitivity}`,
    there,
    scoreOf([own]).score.toFixed(1),
    `${own.hit}/${own.windows}`,
    `${own.false}`,
  ]
}

/** The rolling z at the threshold that scores best on these very series: better than it would be anywhere else. */
function bestNaive(apart: number): { threshold: number; tallies: Tally[] } {
  const scores = all.map(({ rows }) =>
    rollingZ(
      rows.map(({ value }) => value),
      rowsPerDay,
    ),
  )
  const tried = naiveThresholds.map((threshold) => {
    const tallies = all.map(({ rows, windows }, index) =>
      tally(rows.length, windows, alertsAbove(scores[index] ?? [], threshold, apart)),
    )
    return { threshold, tallies }
  })
  return tried.reduce((best, each) =>
    scoreOf(each.tallies).score > scoreOf(best.tallies).score ? each : best,
  )
}
