import { drawTable } from '../commands/table.ts'
import { countOf } from '../count-of.ts'
import { addScores, type IncidentScore, median } from './score-incidents.ts'
import { falsePerWeek, knobValues, type Suggestion } from './suggest.ts'
import type { Sweep } from './sweep.ts'

/** One combination over all brands. */
export interface SweepRow {
  values: Record<string, number>
  score: IncidentScore
  falsePerWeek: number
  laterBy: number | undefined
}

/** Every combination, the one that misses least and disturbs least first. */
export function sweepRows({ axes, combinations, brands }: Sweep): SweepRow[] {
  const weeks = brands.reduce((sum, brand) => sum + brand.weeks, 0)
  const rows = combinations.map((combination, index) => {
    const score = addScores(brands.flatMap(({ scores }) => scores[index] ?? []))
    return {
      values: Object.fromEntries(axes.map(({ path }, axis) => [path, combination[axis] ?? 0])),
      score,
      falsePerWeek: falsePerWeek(score, weeks),
      laterBy: median(score.laterBy),
    }
  })
  return rows.sort((a, b) => a.score.missed - b.score.missed || a.falsePerWeek - b.falsePerWeek)
}

/** As `--json` prints it, a line a combination. */
export function sweepJson({ values, score, falsePerWeek: perWeek, laterBy }: SweepRow) {
  const { incidents, found, missed, rejected, unmarked } = score
  return {
    values,
    incidents,
    found,
    missed,
    rejected,
    unmarked,
    falsePerBrandWeek: round(perWeek),
    medianMinutesLater: laterBy ?? null,
  }
}

const shownRows = 40

/** The best combinations as a table. */
export function describeSweep(sweep: Sweep, rows: readonly SweepRow[]): string {
  const paths = sweep.axes.map(({ path }) => path)
  const header = [
    ...paths,
    'incidents',
    'crises found',
    'missed',
    'rejected',
    'unmarked',
    'false/brand-week',
    'minutes later',
  ]
  const cells = rows
    .slice(0, shownRows)
    .map(({ values, score, falsePerWeek: perWeek, laterBy }) => [
      ...paths.map((path) => String(values[path])),
      String(score.incidents),
      String(score.found),
      String(score.missed),
      String(score.rejected),
      String(score.unmarked),
      perWeek.toFixed(2),
      laterBy === undefined ? '-' : String(laterBy),
    ])
  const right = new Set(header.map((_, index) => index))
  const more =
    rows.length > shownRows ? `and ${rows.length - shownRows} more: --json or --report shows them\n` : ''
  const weeks = sweep.brands.reduce((sum, brand) => sum + brand.weeks, 0)
  return `${drawTable(header, cells, right)}${more}\n${countOf(rows.length, 'combination')} over ${countOf(sweep.brands.length, 'brand')}, ${weeks.toFixed(1)} brand-weeks\n`
}

/** A suggestion and its trade-off curve, as JSON. */
export function suggestionJson(suggestion: Suggestion, scores: readonly IncidentScore[]) {
  const { brand, weeks, confirmed, rejected, chosen, doubt } = suggestion
  return {
    brand,
    sensitivity: chosen === undefined ? null : (knobValues[chosen] ?? null),
    weeks: round(weeks),
    confirmed,
    rejected,
    doubt: doubt ?? null,
    curve: scores.map((score, index) => ({
      sensitivity: knobValues[index],
      falsePerBrandWeek: round(falsePerWeek(score, weeks)),
      found: score.found,
      missed: score.missed,
      medianMinutesLater: median(score.laterBy) ?? null,
    })),
  }
}

/** Suggestions as a table, and as lines to put into the config. */
export function describeSuggestions(
  suggestions: readonly { suggestion: Suggestion; scores: readonly IncidentScore[] }[],
  budget: number,
): string {
  const header = ['brand', 'sensitivity', 'false/week', 'crises found', 'minutes later', 'marks', 'doubt']
  const cells = suggestions.map(({ suggestion, scores }) => {
    const { brand, chosen, weeks, confirmed, rejected, doubt, isTaught } = suggestion
    const score = chosen === undefined ? undefined : scores[chosen]
    return [
      brand,
      chosen === undefined ? (isTaught ? 'none fits' : 'nothing to learn from') : String(knobValues[chosen]),
      score === undefined ? '-' : falsePerWeek(score, weeks).toFixed(2),
      score === undefined ? '-' : `${score.found} of ${confirmed}`,
      score === undefined ? '-' : String(median(score.laterBy) ?? '-'),
      `${confirmed} confirmed, ${rejected} rejected`,
      doubt ?? '',
    ]
  })
  const lines = suggestions.flatMap(({ suggestion: { brand, chosen } }) =>
    chosen === undefined ? [] : [`  - { id: ${brand}, sensitivity: ${knobValues[chosen]} }`],
  )
  const curves = suggestions.map(({ suggestion, scores }) => describeCurve(suggestion, scores))
  return `at most ${countOf(round(budget), 'false page')} a brand-week

${drawTable(header, cells, new Set([1, 2, 3, 4]))}
${curves.join('\n')}
${lines.length === 0 ? '' : `thresholds: # each brand names its own: thresholds: BRAND\n${lines.join('\n')}\n`}`
}

function describeCurve({ brand, weeks, chosen }: Suggestion, scores: readonly IncidentScore[]): string {
  const rows = scores.flatMap((score, index) =>
    index % 2 === 0 || index === chosen
      ? [
          [
            index === chosen ? `> ${knobValues[index]}` : String(knobValues[index]),
            falsePerWeek(score, weeks).toFixed(2),
            String(score.found),
            String(score.missed),
            String(median(score.laterBy) ?? '-'),
          ],
        ]
      : [],
  )
  const header = ['sensitivity', 'false/week', 'found', 'missed', 'minutes later']
  return `${brand}\n${drawTable(header, rows, new Set([0, 1, 2, 3, 4]))}`
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4
}
