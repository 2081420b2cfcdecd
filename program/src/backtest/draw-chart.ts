import { day, hour } from '@nabiz/shared/time'

/** A value at a moment, ms UTC; undefined breaks the line. */
export interface Point {
  at: number
  value: number | undefined
}

/** What one chart shows between two moments. */
export interface Chart {
  label: string
  from: number
  to: number
  height: number
  /** Mentions in the last hour. */
  value: readonly Point[]
  expected: readonly Point[]
  /** Count at which the hour pages; the band lies between the expected count and it. */
  boundary: readonly Point[]
  episodes: readonly { from: number; to: number; label: string }[]
  gaps: readonly { from: number; to: number }[]
}

export const chartWidth = 1_160
export const chartMargin = { left: 64, right: 12, top: 22, bottom: 26 }
const [width, margin] = [chartWidth, chartMargin]
/** Points a line keeps: one a pixel says all that can be seen. */
const mostPoints = width - margin.left - margin.right

/** The chart as SVG. Counts stand on a logarithmic scale: a storm is a hundred times the night before it. */
export function drawChart(chart: Chart): string {
  const { from, to, height } = chart
  const within = (points: readonly Point[]) => thin(points.filter(({ at }) => at >= from && at <= to))
  const [value, expected, boundary] = [chart.value, chart.expected, chart.boundary].map(within)
  const shown = [value, expected, boundary].flatMap((points) => points ?? [])
  const top = shown.reduce((most, point) => Math.max(most, point.value ?? 0), 10) * 1.15
  const x = (at: number) => margin.left + ((at - from) / (to - from)) * mostPoints
  const y = (count: number) =>
    height - margin.bottom - (Math.log1p(count) / Math.log1p(top)) * (height - margin.top - margin.bottom)
  const span = (start: number, end: number, name: string, title: string) =>
    `<rect class="${name}" x="${fixed(x(Math.max(start, from)))}" y="${margin.top}" width="${fixed(Math.max(1.5, x(Math.min(end, to)) - x(Math.max(start, from))))}" height="${height - margin.top - margin.bottom}"><title>${escapeHtml(title)}</title></rect>`
  const overlaps = (part: { from: number; to: number }) => part.from < to && part.to > from
  const marks = chart.episodes.filter(overlaps).map((episode) => {
    const number = `<text class="mark" x="${fixed(Math.max(x(episode.from), margin.left))}" y="${margin.top - 6}">${escapeHtml(episode.label)}</text>`
    return span(episode.from, episode.to, 'episode', `episode ${episode.label}`) + number
  })
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(chart.label)}">`,
    ...chart.gaps.filter(overlaps).map((gap) => span(gap.from, gap.to, 'gap', 'no rows')),
    ...marks,
    ...countTicks(top).map(
      (tick) =>
        `<line class="grid" x1="${margin.left}" x2="${width - margin.right}" y1="${fixed(y(tick))}" y2="${fixed(y(tick))}"/><text class="count" x="${margin.left - 8}" y="${fixed(y(tick) + 4)}">${tick.toLocaleString('en')}</text>`,
    ),
    ...timeTicks(from, to).map(
      ({ at, text }) => `<text class="time" x="${fixed(x(at))}" y="${height - 8}">${text}</text>`,
    ),
    `<path class="band" d="${area(expected ?? [], boundary ?? [], x, y)}"/>`,
    `<path class="boundary" d="${line(boundary ?? [], x, y)}"/>`,
    `<path class="expected" d="${line(expected ?? [], x, y)}"/>`,
    `<path class="value" d="${line(value ?? [], x, y)}"/>`,
    '</svg>',
  ].join('\n')
}

/** Text as HTML shows it, whatever it holds. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

type Scale = (value: number) => number

/** The greatest of each pixel's points, so that a short burst stays in sight. */
function thin(points: readonly Point[]): Point[] {
  const each = Math.ceil(points.length / mostPoints)
  if (each <= 1) return [...points]
  const kept: Point[] = []
  for (let start = 0; start < points.length; start += each) {
    const group = points.slice(start, start + each)
    kept.push(group.reduce((most, point) => ((point.value ?? -1) > (most.value ?? -1) ? point : most)))
  }
  return kept
}

function line(points: readonly Point[], x: Scale, y: Scale): string {
  let isDrawing = false
  return points
    .map(({ at, value }) => {
      const command = isDrawing ? 'L' : 'M'
      isDrawing = value !== undefined
      return value === undefined ? '' : `${command}${fixed(x(at))} ${fixed(y(value))}`
    })
    .join('')
}

function area(low: readonly Point[], high: readonly Point[], x: Scale, y: Scale): string {
  const there = high.filter(({ value }) => value !== undefined)
  const back = low.filter(({ value }) => value !== undefined).reverse()
  if (there.length < 2 || back.length < 2) return ''
  return `${line(there, x, y)}${line(back, x, y).replace('M', 'L')}Z`
}

function countTicks(top: number): number[] {
  const ticks: number[] = []
  for (let tick = 1; tick <= top; tick *= 10) ticks.push(tick)
  return ticks
}

/** Beginnings of days or hours, at most a dozen. */
function timeTicks(from: number, to: number): { at: number; text: string }[] {
  const steps = [hour, 2 * hour, 3 * hour, 6 * hour, 12 * hour, day, 2 * day, 5 * day, 10 * day, 30 * day]
  const step = steps.find((each) => (to - from) / each <= 12) ?? Math.ceil((to - from) / 12 / day) * day
  const ticks: { at: number; text: string }[] = []
  for (let at = Math.ceil(from / step) * step; at < to; at += step) {
    const iso = new Date(at).toISOString()
    ticks.push({ at, text: at % day === 0 ? iso.slice(0, 10) : iso.slice(11, 16) })
  }
  return ticks
}

function fixed(value: number): string {
  return value.toFixed(1)
}
