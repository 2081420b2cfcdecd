import { hour } from '@nabiz/shared/time'
import { countOf } from '../count-of.ts'
import type { CountSeries } from './counts-file.ts'
import { describeSeries, timeOf } from './describe-counts.ts'
import { type Chart, drawChart, escapeHtml, type Point } from './draw-chart.ts'
import { drawPage } from './draw-page.ts'
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
  return drawPage(
    title,
    `
<p>${describeSeries(series).trim().split('\n').map(escapeHtml).join('<br>')}</p>
<p><b>${countOf(episodes.length, 'episode')}, ${countOf(pages, 'incident')}</b></p>
<p class="legend"><span style="--key: var(--value)">mentions in the last hour</span><span style="--key: var(--expected)">expected</span><span
 style="--key: var(--boundary)">pages by the hour from here (the shorter windows have their own)</span><span style="--key: var(--episode)">episode</span><span
 style="--key: var(--gap)">no rows</span></p>
${drawChart({ ...chart, from, to, label: title, height: 300 })}
${details.join('\n')}
${tableOf(transitions)}
`,
  )
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
