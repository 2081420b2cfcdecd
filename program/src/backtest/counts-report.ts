import { hour } from '@nabiz/shared/time'
import type { CountSeries } from './counts-file.ts'
import { describeSeries, timeOf } from './describe-counts.ts'
import { type Chart, drawChart, escapeHtml, type Point } from './draw-chart.ts'
import type { CountTransition, HourPoint } from './run-counts.ts'

/** What a report is made of. */
export interface CountsReport {
  title: string
  series: CountSeries
  transitions: readonly CountTransition[]
  hours: readonly HourPoint[]
}

interface Episode {
  number: number
  opened: CountTransition
  peak: number
  /** Undefined: still open at the end. */
  recovered: number | undefined
}

const style = `
:root { color-scheme: light dark; --ink: #1d2330; --paper: #fff; --soft: #667085; --line: #d9dde5;
  --value: #1f5fbf; --expected: #667085; --band: #1f5fbf1c; --boundary: #c7661b; --episode: #d6334a2e; --gap: #98a2b34d }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9f0; --paper: #14171f; --soft: #98a2b3; --line: #2c3240;
  --value: #7fb0ff; --expected: #98a2b3; --band: #7fb0ff26; --boundary: #f0a060; --episode: #ff6b8150; --gap: #667085 } }
body { margin: 2rem auto; max-width: 1180px; padding: 0 1rem; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif }
h1 { font-size: 1.4rem; margin-bottom: 0 } h2 { font-size: 1.05rem; margin: 2rem 0 .3rem } p { margin: .3rem 0; color: var(--soft) }
svg { width: 100%; height: auto; font: 11px system-ui, sans-serif; fill: none }
.value { stroke: var(--value); stroke-width: 1.3 } .expected { stroke: var(--expected); stroke-dasharray: 4 3 }
.boundary { stroke: var(--boundary) } .band { fill: var(--band) } .episode { fill: var(--episode) } .gap { fill: var(--gap) }
.grid { stroke: var(--line) } text { fill: var(--soft) } .count { text-anchor: end } .time { text-anchor: middle }
.mark { fill: var(--ink); font-weight: 600 }
.legend span::before { content: ''; display: inline-block; width: 1.6em; height: .7em; margin: 0 .4em 0 1.2em; background: var(--key) }
table { border-collapse: collapse; margin-top: .5rem } td, th { padding: .2rem .9rem; border-bottom: 1px solid var(--line); text-align: right;
  font-variant-numeric: tabular-nums } td:nth-child(-n+3), th:nth-child(-n+3) { text-align: left }`

/** A page that needs nothing else: the series, what pages, the episodes, and each of them in detail. */
export function drawReport(report: CountsReport): string {
  const { title, series, transitions } = report
  const { rows, widthMs } = series
  const [from, to] = [rows[0]?.at ?? 0, (rows.at(-1)?.at ?? 0) + widthMs]
  const episodes = episodesOf(transitions)
  const chart = chartOf(report, episodes, to)
  const pages = episodes.filter(({ opened }) => !opened.joins).length
  const details = episodes.map((episode) => {
    const end = episode.recovered ?? to
    const window = { from: Math.max(from, episode.opened.at - 12 * hour), to: Math.min(to, end + 6 * hour) }
    const label = `Episode ${episode.number}, ${timeOf(episode.opened.at)} UTC`
    const { minutes, value, expected } = episode.opened
    return `<h2>${label}</h2>
<p>${value.toLocaleString('en')} mentions in ${minutes} minutes, ${expected.toFixed(1)} expected; greatest severity told ${episode.peak.toFixed(2)};
${episode.recovered === undefined ? 'still open at the end' : `recovered ${timeOf(episode.recovered)}`}${episode.opened.joins ? '; joins the episode before' : ''}</p>
${drawChart({ ...chart, ...window, label, height: 220 })}`
  })
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><style>${style}</style>
<h1>${escapeHtml(title)}</h1>
<p>${describeSeries(series).trim().split('\n').map(escapeHtml).join('<br>')}</p>
<p><b>${episodes.length} episodes, ${pages} incidents</b></p>
<p class="legend"><span style="--key: var(--value)">mentions in the last hour</span><span style="--key: var(--expected)">expected</span><span
 style="--key: var(--boundary)">pages by the hour from here (the shorter windows have their own)</span><span style="--key: var(--episode)">episode</span><span
 style="--key: var(--gap)">no rows</span></p>
${drawChart({ ...chart, from, to, label: title, height: 300 })}
${details.join('\n')}
${tableOf(transitions)}
</html>
`
}

function chartOf(
  { series, hours }: CountsReport,
  episodes: readonly Episode[],
  end: number,
): Pick<Chart, 'value' | 'expected' | 'boundary' | 'episodes' | 'gaps'> {
  return {
    value: hourlySums(series),
    expected: hours.map(({ at, expected }) => ({ at, value: expected })),
    boundary: hours.map(({ at, boundary }) => ({ at, value: boundary })),
    episodes: episodes.map(({ number, opened, recovered }) => ({
      from: opened.at,
      to: recovered ?? end,
      label: String(number),
    })),
    gaps: series.gaps,
  }
}

/** Mentions of the hour up to each row's end; undefined where a row of it is missing. */
function hourlySums({ rows, widthMs }: CountSeries): Point[] {
  const each = Math.max(1, Math.round(hour / widthMs))
  let sum = 0
  return rows.map(({ at, value }, index) => {
    sum += value - (rows[index - each]?.value ?? 0)
    const first = rows[index - each + 1]
    return { at: at + widthMs, value: first?.at === at - (each - 1) * widthMs ? sum : undefined }
  })
}

function episodesOf(transitions: readonly CountTransition[]): Episode[] {
  const episodes: Episode[] = []
  for (const transition of transitions) {
    const last = episodes.at(-1)
    if (transition.event === 'opened') {
      const { severity: peak } = transition
      episodes.push({ number: episodes.length + 1, opened: transition, peak, recovered: undefined })
    } else if (last !== undefined) {
      last.peak = Math.max(last.peak, transition.severity)
      if (transition.event === 'recovered') last.recovered = transition.at
    }
  }
  return episodes
}

function tableOf(transitions: readonly CountTransition[]): string {
  if (transitions.length === 0) return ''
  const rows = transitions.map(
    ({ at, event, joins, minutes, severity, value, expected, z }) =>
      `<tr><td>${timeOf(at)}<td>${event}${joins ? ', joins' : ''}<td>${minutes} min<td>${severity.toFixed(2)}<td>${value.toLocaleString('en')}<td>${expected.toFixed(1)}<td>${z.toFixed(1)}`,
  )
  return `<h2>Transitions</h2>
<table><tr><th>known at (UTC)<th>event<th>window<th>severity<th>mentions<th>expected<th>z
${rows.join('\n')}
</table>`
}
