/*
 * npm run bench:latency -- --data DIR [--onsets 150]: minutes from the beginning of an even storm to its page, on the
 * recorded counts of real brands, and what the one knob trades for it. DIR as for bench:detection.
 */
import { parseArgs } from 'node:util'
import { drawTable } from '../../src/commands/table.ts'
import { judgeSeries, markUnlabelled, shippedThresholds } from './judge-series.ts'
import { type LabelledSeries, readLabelledSeries } from './labelled-series.ts'
import { falsePerWeek, scoreOf } from './nab-score.ts'
import { seeded } from './perturb.ts'
import { drawOnsets, quantile, runStorms, type StormResult } from './storms.ts'

const week = 7 * 86_400_000
const multiples = [3, 10, 30, 100]
const sensitivities = [0.5, 0.7, 0.8, 0.9, 1, 1.1, 1.3]
/** Multiples the trade-off of the knob is told for. */
const tradedMultiples = [10, 30]

const { values } = parseArgs({
  options: { data: { type: 'string' }, onsets: { type: 'string', default: '150' } },
})
const onsetCount = Number(values.onsets)
if (values.data === undefined || !Number.isInteger(onsetCount) || onsetCount < 1) {
  console.error('usage: npm run bench:latency -- --data DIR [--onsets 150]')
  process.exit(2)
}
const all = readLabelledSeries(values.data)
const rowsPerWeek = week / (all[0]?.widthMs ?? 1)

console.log('minutes from onset to page: median, 90 % (share never found within the hour)\n')
console.log(drawStorms(all.map((series) => storms(series, 1, multiples, onsetCount))))
const marked = all.map((series) => judgeSeries(series, shippedThresholds(), markUnlabelled(series)).tally)
console.log(
  `the same where a person marks each page outside the labels as expected, storms after the first mark; then all pages score ${scoreOf(
    marked,
  ).score.toFixed(1)}, with ${falsePerWeek(marked, rowsPerWeek).toFixed(2)} false a brand-week\n`,
)
console.log(drawStorms(all.map(stormsAfterMarks)))
console.log(
  'the knob: every boundary times sensitivity; medians by brand in the order above, – where most are never found\n',
)
console.log(
  drawTable(
    [
      'sensitivity',
      'score',
      'windows hit',
      'false a brand-week',
      ...tradedMultiples.map((multiple) => `${multiple} times`),
    ],
    sensitivities.map(describeKnob),
    new Set([0, 1, 2, 3]),
  ),
)

function drawStorms(results: readonly StormResult[][]): string {
  return drawTable(
    ['brand', 'storms', ...multiples.map((multiple) => `${multiple} times`)],
    all.map(({ name }, index) => {
      const found = results[index] ?? []
      return [name, `${found.length}`, ...multiples.map((multiple) => describe(found, multiple))]
    }),
    new Set([1]),
  )
}

function stormsAfterMarks(series: LabelledSeries): StormResult[] {
  const mark = markUnlabelled(series)
  let first = Number.POSITIVE_INFINITY
  judgeSeries(series, shippedThresholds(), (episode) => {
    const said = mark(episode)
    if (said !== undefined) first = Math.min(first, episode.until)
    return said
  })
  const onsets = drawOnsets(series, onsetCount, seeded(7)).filter(({ at }) => at > first)
  return runStorms(series, onsets, multiples, shippedThresholds(), mark)
}

function storms(
  series: LabelledSeries,
  sensitivity: number,
  of: readonly number[],
  count: number,
): StormResult[] {
  return runStorms(series, drawOnsets(series, count, seeded(7)), of, shippedThresholds(sensitivity))
}

function describe(results: readonly StormResult[], multiple: number): string {
  const minutes = results.map((result) => result.get(multiple))
  const missed = minutes.filter((each) => each === undefined).length / Math.max(1, minutes.length)
  const [half, most] = [quantile(minutes, 0.5), quantile(minutes, 0.9)]
  return `${half ?? '–'}, ${most ?? '–'} (${Math.round(missed * 100)} %)`
}

function describeKnob(sensitivity: number): string[] {
  const tallies = all.map((series) => judgeSeries(series, shippedThresholds(sensitivity)).tally)
  const { score, hit, windows } = scoreOf(tallies)
  const results = all.map((series) => storms(series, sensitivity, tradedMultiples, Math.ceil(onsetCount / 2)))
  const medians = tradedMultiples.map((multiple) =>
    results
      .map(
        (each) =>
          quantile(
            each.map((result) => result.get(multiple)),
            0.5,
          ) ?? '–',
      )
      .join(' '),
  )
  return [
    `${sensitivity}`,
    score.toFixed(1),
    `${hit}/${windows}`,
    falsePerWeek(tallies, rowsPerWeek).toFixed(2),
    ...medians,
  ]
}
