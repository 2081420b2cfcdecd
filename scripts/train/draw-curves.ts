import type { CurvePoint } from './checkpoint.ts'

const WIDTH = 360
const HEIGHT = 220
const MARGIN = 40
const colours = { loss: '#8a6d00', macroRecall: '#1f5fa8', macroF1: '#a8321f' } as const
const names = {
  loss: 'loss (learned from)',
  macroRecall: 'macro recall (held out)',
  macroF1: 'macro F1 (held out)',
}

/** Draws the learning curves as an SVG, one panel a run; all values share the axis from 0 to 1. */
export function drawCurves(curves: Readonly<Record<string, readonly CurvePoint[]>>): string {
  const runs = Object.entries(curves)
  const columns = Math.min(3, Math.max(1, runs.length))
  const width = columns * WIDTH
  const height = Math.ceil(runs.length / columns) * HEIGHT + 30
  const panels = runs.map(([run, points], index) => {
    const left = (index % columns) * WIDTH
    const top = Math.floor(index / columns) * HEIGHT + 30
    return `<g transform="translate(${left} ${top})">${panel(run, points)}</g>`
  })
  const legend = (Object.keys(names) as (keyof typeof names)[]).map(
    (key, index) => `<text x="${MARGIN + index * 200}" y="18" fill="${colours[key]}">${names[key]}</text>`,
  )
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" ` +
    `font-size="12"><title>Learning curves</title><rect width="100%" height="100%" fill="#fff"/>${legend.join('')}${panels.join('')}</svg>\n`
  )
}

function panel(run: string, points: readonly CurvePoint[]): string {
  const right = WIDTH - 20
  const bottom = HEIGHT - 30
  const x = (epoch: number) => MARGIN + ((right - MARGIN) * (epoch - 1)) / Math.max(1, points.length - 1)
  const y = (value: number) => bottom - (bottom - 20) * Math.min(1, Math.max(0, value))
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    (value) =>
      `<line x1="${MARGIN}" x2="${right}" y1="${y(value)}" y2="${y(value)}" stroke="#ddd"/>` +
      `<text x="${MARGIN - 6}" y="${y(value) + 4}" text-anchor="end" fill="#555">${value}</text>`,
  )
  const lines = (Object.keys(names) as (keyof typeof names)[]).map((key) => {
    const known = points.flatMap((point) => {
      const value = point[key]
      return value === undefined ? [] : [`${x(point.epoch).toFixed(1)},${y(value).toFixed(1)}`]
    })
    return `<polyline fill="none" stroke="${colours[key]}" stroke-width="2" points="${known.join(' ')}"/>`
  })
  const epochs = points.map(
    ({ epoch }) =>
      `<text x="${x(epoch)}" y="${bottom + 16}" text-anchor="middle" fill="#555">${epoch}</text>`,
  )
  return `<text x="${MARGIN}" y="12">${run}</text>${grid.join('')}${lines.join('')}${epochs.join('')}`
}
