import { escapeHtml } from '../backtest/draw-chart.ts'
import { drawPage } from '../backtest/draw-page.ts'
import { countOf } from '../count-of.ts'
import type { SweepRow } from './describe-sweep.ts'
import { drawPlot } from './draw-plot.ts'
import { type IncidentScore, median } from './score-incidents.ts'
import { falsePerWeek, knobValues, type Suggestion } from './suggest.ts'
import type { Sweep } from './sweep.ts'

const grid = `<style>.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(440px, 1fr)); gap: 1rem 1.5rem }
.plots h3 { font-size: .95rem; margin: .6rem 0 .2rem } .cell { stroke: var(--paper); stroke-width: 2 } .in { fill: var(--ink); text-anchor: middle }</style>`

/** A sweep as a page: what each combination costs and brings, and where two fields vary, both as maps. */
export function drawSweep(sweep: Sweep, rows: readonly SweepRow[]): string {
  const { axes, brands } = sweep
  const weeks = brands.reduce((sum, brand) => sum + brand.weeks, 0)
  const crises = brands.reduce((sum, brand) => sum + brand.confirmed, 0)
  const maps =
    axes.length === 2
      ? [
          mapOf(sweep, rows, 'false pages a brand-week', ({ falsePerWeek: value }) => value, '--bad'),
          crises > 0
            ? mapOf(sweep, rows, 'confirmed crises found', ({ score }) => score.found, '--good')
            : '',
        ]
      : []
  const table = rows.slice(0, 200).map(({ values, score, falsePerWeek: perWeek, laterBy }) => {
    const cells = axes.map(({ path }) => `<td>${values[path]}`)
    return `<tr>${cells.join('')}<td>${perWeek.toFixed(2)}<td>${score.found}<td>${score.missed}<td>${score.rejected}<td>${score.unmarked}<td>${laterBy ?? ''}`
  })
  return drawPage(
    'What other thresholds would have done',
    `${grid}<p>${rows.length} combinations of ${axes.map(({ path }) => escapeHtml(path)).join(', ')} over ${brands.length} brands and ${weeks.toFixed(1)} brand-weeks; ${crises} confirmed crises</p>
<div class="plots"><div><h3>What each combination costs and brings</h3>${scatter(rows, crises)}</div>${maps.join('')}${axes.length === 1 ? `<div><h3>Along ${escapeHtml(axes[0]?.path ?? '')}</h3>${along(sweep, rows)}</div>` : ''}</div>
<h2>Combinations</h2><table><tr>${axes.map(({ path }) => `<th>${escapeHtml(path)}`).join('')}<th>false/brand-week<th>found<th>missed<th>rejected<th>unmarked<th>minutes later
${table.join('\n')}</table>`,
  )
}

/** False pages against crises found, or against pages where no crisis is confirmed; the best of each cost joined. */
function scatter(rows: readonly SweepRow[], crises: number): string {
  const height = (row: SweepRow) => (crises > 0 ? row.score.found : row.score.incidents)
  const cost = Math.max(0.1, ...rows.map(({ falsePerWeek: value }) => value))
  const front: { x: number; y: number }[] = []
  for (const row of [...rows].sort((a, b) => a.falsePerWeek - b.falsePerWeek || height(b) - height(a)))
    if (height(row) > (front.at(-1)?.y ?? -1)) front.push({ x: row.falsePerWeek, y: height(row) })
  return drawPlot({
    label: 'cost and gain',
    x: { label: 'false pages a brand-week', from: 0, to: cost * 1.05 },
    y: {
      label: crises > 0 ? 'confirmed crises found' : 'incidents',
      isWhole: true,
      from: 0,
      to: Math.max(1, ...rows.map(height)) * 1.08,
    },
    lines: crises > 0 ? [{ points: front, colour: '--good' }] : [],
    points: rows.map((row) => ({ x: row.falsePerWeek, y: height(row), colour: 'a', title: titleOf(row) })),
  })
}

function along({ axes }: Sweep, rows: readonly SweepRow[]): string {
  const path = axes[0]?.path ?? ''
  const sorted = [...rows].sort((a, b) => (a.values[path] ?? 0) - (b.values[path] ?? 0))
  const points = sorted.map((row) => ({ x: row.values[path] ?? 0, y: row.falsePerWeek }))
  return drawPlot({
    label: path,
    x: { label: path, from: points[0]?.x ?? 0, to: points.at(-1)?.x ?? 1 },
    y: { label: 'false pages a brand-week', from: 0, to: Math.max(0.1, ...points.map(({ y }) => y)) * 1.05 },
    lines: [{ points, colour: '--a' }],
    points: sorted.map((row, index) => ({
      ...(points[index] ?? { x: 0, y: 0 }),
      colour: 'a',
      title: titleOf(row),
      radius: 3.5,
    })),
  })
}

/** A cell a combination of two fields: the deeper its colour, the more. */
function mapOf(
  { axes }: Sweep,
  rows: readonly SweepRow[],
  label: string,
  pick: (row: SweepRow) => number,
  colour: string,
): string {
  const [down, across] = axes
  if (down === undefined || across === undefined) return ''
  const [left, top, cell, high] = [70, 26, Math.min(64, 470 / across.values.length), 30]
  const most = Math.max(1e-9, ...rows.map(pick))
  const cells = rows.map((row) => {
    const x = left + across.values.indexOf(row.values[across.path] ?? 0) * cell
    const y = top + down.values.indexOf(row.values[down.path] ?? 0) * high
    const value = Number(pick(row).toPrecision(2))
    return `<rect class="cell" x="${x.toFixed(1)}" y="${y}" width="${cell.toFixed(1)}" height="${high}" fill="var(${colour})" fill-opacity="${(0.08 + 0.72 * (pick(row) / most)).toFixed(2)}"><title>${escapeHtml(titleOf(row))}</title></rect>${cell >= 26 ? `<text class="in" x="${(x + cell / 2).toFixed(1)}" y="${y + 19}">${value}</text>` : ''}`
  })
  const heads = across.values.map(
    (value, index) =>
      `<text class="time" x="${(left + (index + 0.5) * cell).toFixed(1)}" y="${top - 8}">${value}</text>`,
  )
  const sides = down.values.map(
    (value, index) => `<text class="count" x="${left - 8}" y="${top + index * high + 19}">${value}</text>`,
  )
  const height = top + down.values.length * high + 24
  const name = `<text class="time" x="${left + (cell * across.values.length) / 2}" y="${height - 6}">${escapeHtml(`${across.path} across, ${down.path} down`)}</text>`
  return `<div><h3>${escapeHtml(label)}</h3><svg viewBox="0 0 560 ${height}" role="img" aria-label="${escapeHtml(label)}">${heads.join('')}${sides.join('')}${cells.join('')}${name}</svg></div>`
}

function titleOf({ values, falsePerWeek: perWeek, score }: SweepRow): string {
  const set = Object.entries(values).map(([path, value]) => `${path} ${value}`)
  return `${set.join(', ')}: ${perWeek.toFixed(2)} false a brand-week, ${score.found} crises found, ${score.missed} missed`
}

/** Suggestions as a page: each brand's trade-off curve with the budget and the choice on it. */
export function drawSuggestions(
  suggestions: readonly { suggestion: Suggestion; scores: readonly IncidentScore[] }[],
  budget: number,
): string {
  const parts = suggestions.map(({ suggestion, scores }) => {
    const { brand, weeks, confirmed, rejected, chosen, doubt, isTaught } = suggestion
    const value = chosen === undefined ? undefined : knobValues[chosen]
    const cost = scores.map((score, index) => ({ x: knobValues[index] ?? 1, y: falsePerWeek(score, weeks) }))
    const found = scores.map((score, index) => ({ x: knobValues[index] ?? 1, y: score.found }))
    const choice = chosen === undefined ? [] : [chosen]
    const none = isTaught ? 'no value keeps to the budget' : 'nothing to learn from'
    const words = value === undefined ? none : `suggested sensitivity ${value}`
    const x = {
      label: 'sensitivity: sooner ← → quieter',
      from: knobValues[0] ?? 0.3,
      to: knobValues.at(-1) ?? 5,
      isLog: true,
    }
    const later = chosen === undefined ? undefined : median(scores[chosen]?.laterBy ?? [])
    return `<h2>${escapeHtml(brand)}: ${words}</h2>
<p>${weeks.toFixed(1)} weeks; ${confirmed} confirmed, ${rejected} rejected incidents${later === undefined ? '' : `; the median crisis is paged ${later} minutes later than live`}${doubt === undefined ? '' : `; <b>${escapeHtml(doubt)}</b>`}</p>
<div class="plots"><div>${drawPlot({
      label: `${brand}: false pages`,
      x,
      y: { label: 'false pages a week', from: 0, to: Math.max(budget * 1.3, 0.1, ...cost.map(({ y }) => y)) },
      lines: [
        { points: cost, colour: '--a' },
        {
          points: [
            { x: x.from, y: budget },
            { x: x.to, y: budget },
          ],
          colour: '--bad',
          isDashed: true,
        },
      ],
      points: choice.map((index) => ({
        ...(cost[index] ?? { x: 1, y: 0 }),
        colour: 'crisis',
        radius: 7,
        title: words,
      })),
    })}</div><div>${drawPlot({
      label: `${brand}: crises found`,
      x,
      y: { label: 'confirmed crises found', isWhole: true, from: 0, to: Math.max(1, confirmed) * 1.08 },
      lines: [{ points: found, colour: '--good' }],
      points: choice.map((index) => ({
        ...(found[index] ?? { x: 1, y: 0 }),
        colour: 'crisis',
        radius: 7,
        title: words,
      })),
    })}</div></div>`
  })
  return drawPage(
    'Suggested thresholds',
    `${grid}<p>At most ${countOf(Number(budget.toPrecision(3)), 'false page')} a brand-week (dashed). The dot is the choice: the value that finds the most confirmed crises within the budget, the soonest of them, in the middle of an even stretch.</p>
<p class="legend"><span style="--key: var(--a)">false pages</span><span style="--key: var(--good)">confirmed crises found</span><span style="--key: var(--bad)">budget</span></p>
${parts.join('\n')}`,
  )
}
