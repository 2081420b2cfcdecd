import { type ThresholdsConfig, thresholdsConfig } from '@nabiz/shared/contracts'
import { drawTable } from '../../src/commands/table.ts'
import { judgeSeries, shippedThresholds } from './judge-series.ts'
import type { LabelledSeries } from './labelled-series.ts'
import { falsePerWeek, scoreOf, type Tally } from './nab-score.ts'
import { borrowed, mixed } from './other-brands.ts'
import { perturb, seeded } from './perturb.ts'

const sensitivities = [0.8, 0.9, 1, 1.1, 1.2]
const mostFalsePerWeek = 0.5

interface Outcome {
  brand: string
  kind: string
  tally: Tally
}

/**
 * Score, windows hit and false alerts a brand-week on other histories of the same brands, by kind and with every kind
 * weighing the same; what holds there has more of a chance with brands nobody has seen. Last, each brand by the knob
 * chosen on the others.
 */
export function describePerturbed(all: readonly LabelledSeries[], rowsPerWeek: number): string {
  const made = all.flatMap((series, index) => historiesOf(series, all, index))
  const kinds = [...new Set(made.map(({ kind }) => kind))]
  const judged = (thresholds: ThresholdsConfig): Outcome[] =>
    made.map(({ brand, kind, series }) => ({ brand, kind, tally: judgeSeries(series, thresholds).tally }))
  const bySensitivity = sensitivities.map((each) => judged(shippedThresholds(each)))
  const rule = thresholdsConfig.parse({
    id: 'default',
    recentPages: { calmFactor: 1, perIncident: 0 },
    easing: false,
  })
  const rows = [
    ...sensitivities.map((each, at) => [`${each}`, ...cells(bySensitivity[at] ?? [], kinds, rowsPerWeek)]),
    ['1, without following pages and easing', ...cells(judged(rule), kinds, rowsPerWeek)],
    ['left out in turn', ...cells(leftOut(all, bySensitivity, kinds, rowsPerWeek), kinds, rowsPerWeek)],
  ]
  return `${made.length} histories\n${drawTable(['knob', ...kinds, 'every kind alike'], rows)}`
}

function historiesOf(series: LabelledSeries, all: readonly LabelledSeries[], index: number) {
  const random = seeded(index + 1)
  const brand = series.name
  const others = all.filter(({ name }) => name !== brand)
  const own = { kind: 'as recorded', series }
  return [
    own,
    ...perturb(series, random),
    ...others.map((other) => ({ kind: "another's events", series: borrowed(series, other, random) })),
    ...all.slice(index + 1).map((other) => ({ kind: 'two in one', series: mixed(series, other, random) })),
  ].map((history) => ({ brand, ...history }))
}

function cells(outcomes: readonly Outcome[], kinds: readonly string[], rowsPerWeek: number): string[] {
  const each = kinds.map((kind) => {
    const own = outcomes.filter((outcome) => outcome.kind === kind).map(({ tally }) => tally)
    const { score, hit, windows } = scoreOf(own)
    return `${score.toFixed(1)}  ${hit}/${windows}  ${falsePerWeek(own, rowsPerWeek).toFixed(2)}`
  })
  const { score, wrong } = alike(outcomes, kinds, rowsPerWeek)
  return [...each, `${score.toFixed(1)}  ${wrong.toFixed(2)}`]
}

/** Means over the kinds there are. */
function alike(outcomes: readonly Outcome[], kinds: readonly string[], rowsPerWeek: number) {
  const byKind = kinds
    .map((kind) => outcomes.filter((outcome) => outcome.kind === kind).map(({ tally }) => tally))
    .filter((own) => own.some(({ windows }) => windows > 0))
  const mean = (of: (own: Tally[]) => number) => byKind.reduce((sum, own) => sum + of(own), 0) / byKind.length
  return { score: mean((own) => scoreOf(own).score), wrong: mean((own) => falsePerWeek(own, rowsPerWeek)) }
}

/** For each brand, what it does at the knob that scores best on the others within the budget of false alerts. */
function leftOut(
  all: readonly LabelledSeries[],
  bySensitivity: readonly Outcome[][],
  kinds: readonly string[],
  rowsPerWeek: number,
): Outcome[] {
  return all.flatMap(({ name }) => {
    const tried = bySensitivity.map((outcomes) => ({
      own: outcomes.filter(({ brand }) => brand === name),
      others: alike(
        outcomes.filter(({ brand }) => brand !== name),
        kinds,
        rowsPerWeek,
      ),
    }))
    const within = tried.filter(({ others }) => others.wrong <= mostFalsePerWeek)
    const [first, ...rest] = within.length > 0 ? within : tried.slice(-1)
    if (first === undefined) return []
    return rest.reduce((best, each) => (each.others.score > best.others.score ? each : best), first).own
  })
}
