import { chartMargin, chartWidth, escapeHtml } from '../backtest/draw-chart.ts'

/** A stretch of time on a lane, ms. */
export interface LaneSpan {
  from: number
  to: number
  /** Shown when the pointer rests on it. */
  title: string
  /** From 0 to 1: how strongly it is drawn. */
  weight: number
}

export interface Lane {
  label: string
  /** Class of the page's style that says its colour. */
  colour: 'a' | 'b' | 'crisis'
  spans: readonly LaneSpan[]
}

const laneHeight = 26

/** Lanes under a chart of the same times, as SVG: who pages when. */
export function drawLanes(lanes: readonly Lane[], from: number, to: number): string {
  const scale = (chartWidth - chartMargin.left - chartMargin.right) / (to - from)
  const x = (at: number) => chartMargin.left + (Math.min(to, Math.max(from, at)) - from) * scale
  const height = lanes.length * laneHeight + 4
  const rows = lanes.map(({ label, colour, spans }, index) => {
    const top = index * laneHeight + 4
    const bars = spans
      .filter((span) => span.to >= from && span.from <= to)
      .map((span) => {
        const width = Math.max(3, x(span.to) - x(span.from))
        const opacity = (0.35 + 0.65 * Math.min(1, Math.max(0, span.weight))).toFixed(2)
        return `<rect class="${colour}" x="${x(span.from).toFixed(1)}" y="${top}" width="${width.toFixed(1)}" height="${laneHeight - 8}" rx="3" fill-opacity="${opacity}"><title>${escapeHtml(span.title)}</title></rect>`
      })
    const line = `<line class="grid" x1="${chartMargin.left}" x2="${chartWidth - chartMargin.right}" y1="${top + laneHeight - 6}" y2="${top + laneHeight - 6}"/>`
    const name = `<text class="lane" x="${chartMargin.left - 8}" y="${top + 13}">${escapeHtml(label)}</text>`
    return `${line}${name}${bars.join('')}`
  })
  return `<svg viewBox="0 0 ${chartWidth} ${height}" role="img" aria-label="who pages when">${rows.join('\n')}</svg>`
}
