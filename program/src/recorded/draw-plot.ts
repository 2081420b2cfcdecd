import { escapeHtml } from '../backtest/draw-chart.ts'

/** An axis of a plot, from left to right or from bottom to top. */
export interface PlotAxis {
  label: string
  from: number
  to: number
  /** Even ratios instead of even steps. */
  isLog?: boolean
  /** Of things that are counted: no ticks between them. */
  isWhole?: boolean
}

export interface PlotPoint {
  x: number
  y: number
  title: string
  /** Class of the page's style. */
  colour: 'a' | 'b' | 'crisis'
  radius?: number
}

export interface Plot {
  label: string
  x: PlotAxis
  y: PlotAxis
  lines: readonly { points: readonly { x: number; y: number }[]; colour: string; isDashed?: boolean }[]
  points: readonly PlotPoint[]
  width?: number
  height?: number
}

const margin = { left: 62, right: 16, top: 14, bottom: 42 }

/** Lines and points over two axes, as SVG. */
export function drawPlot(plot: Plot): string {
  const { width = 560, height = 320 } = plot
  const x = scaleOf(plot.x, margin.left, width - margin.right)
  const y = scaleOf(plot.y, height - margin.bottom, margin.top)
  const at = (value: number) => value.toFixed(1)
  const ticksX = ticksOf(plot.x).map(
    (tick) =>
      `<line class="grid" x1="${at(x(tick))}" x2="${at(x(tick))}" y1="${margin.top}" y2="${height - margin.bottom}"/><text class="time" x="${at(x(tick))}" y="${height - margin.bottom + 16}">${short(tick)}</text>`,
  )
  const ticksY = ticksOf(plot.y).map(
    (tick) =>
      `<line class="grid" x1="${margin.left}" x2="${width - margin.right}" y1="${at(y(tick))}" y2="${at(y(tick))}"/><text class="count" x="${margin.left - 8}" y="${at(y(tick) + 4)}">${short(tick)}</text>`,
  )
  const lines = plot.lines.map(({ points, colour, isDashed }) => {
    const path = points
      .map((point, index) => `${index === 0 ? 'M' : 'L'}${at(x(point.x))} ${at(y(point.y))}`)
      .join('')
    return `<path d="${path}" stroke="var(${colour})" stroke-width="2"${isDashed ? ' stroke-dasharray="5 4"' : ''}/>`
  })
  const points = plot.points.map(
    (point) =>
      `<circle class="${point.colour} dot" cx="${at(x(point.x))}" cy="${at(y(point.y))}" r="${point.radius ?? 4.5}"><title>${escapeHtml(point.title)}</title></circle>`,
  )
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(plot.label)}">`,
    ...ticksX,
    ...ticksY,
    `<text class="time" x="${(width + margin.left) / 2}" y="${height - 6}">${escapeHtml(plot.x.label)}</text>`,
    `<text class="time" transform="translate(14 ${(height - margin.bottom + margin.top) / 2}) rotate(-90)">${escapeHtml(plot.y.label)}</text>`,
    ...lines,
    ...points,
    '</svg>',
  ].join('\n')
}

function scaleOf({ from, to, isLog }: PlotAxis, start: number, end: number): (value: number) => number {
  const place = isLog ? (value: number) => Math.log(value) : (value: number) => value
  const span = place(to) - place(from) || 1
  return (value) =>
    start + ((place(Math.min(to, Math.max(from, value))) - place(from)) / span) * (end - start)
}

/** Five to ten round numbers. */
function ticksOf({ from, to, isLog, isWhole }: PlotAxis): number[] {
  if (isLog)
    return [0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10, 20, 50].filter((tick) => tick >= from && tick <= to)
  const rough = isWhole ? Math.max(1, (to - from) / 6) : (to - from) / 6
  const power = 10 ** Math.floor(Math.log10(rough || 1))
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough) ?? power
  const ticks: number[] = []
  for (let tick = Math.ceil(from / step) * step; tick <= to + step / 1e6; tick += step) ticks.push(tick)
  return ticks
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)))
}
