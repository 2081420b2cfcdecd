import { day } from '@nabiz/shared/time'
import type { LabelledSeries } from './labelled-series.ts'
import { probationOf } from './nab-score.ts'

/** Rows around a window that stay with it when a series is taken apart. */
const marginRows = 60

/** Turns of the days into another order. */
const orders = 4

/**
 * Other histories that the same brand might have had, to stand in for brands nobody has: counts of a smaller brand,
 * an installation that began later, either half alone, the same days in another order. Each with its labels.
 */
export function perturb(
  series: LabelledSeries,
  random: () => number,
): { kind: string; series: LabelledSeries }[] {
  const perDay = day / series.widthMs
  const made: { kind: string; series: LabelledSeries }[] = []
  for (const share of [0.5, 0.25, 0.1]) made.push({ kind: 'thinned', series: thinned(series, share, random) })
  for (const days of [5, 10, 16]) made.push({ kind: 'begun later', series: cut(series, days * perDay) })
  const half = Math.floor(series.rows.length / 2)
  made.push({ kind: 'half', series: cut(series, 0, half) })
  made.push({ kind: 'half', series: cut(series, half) })
  for (let turn = 0; turn < orders; turn += 1) {
    made.push({ kind: 'days in another order', series: shuffled(series, perDay, random) })
  }
  return made
}

/** Each mention kept with this probability. */
export function thinned(series: LabelledSeries, share: number, random: () => number): LabelledSeries {
  const rows = series.rows.map((row) => {
    let value = 0
    for (let left = row.value; left > 0; left -= 1) if (random() < share) value += 1
    return { ...row, value }
  })
  return { ...series, rows }
}

/** The rows [from, to) of a series; of windows only those that can still be scored. */
export function cut(series: LabelledSeries, from: number, to = series.rows.length): LabelledSeries {
  const rows = series.rows.slice(from, to)
  const windows = series.windows
    .map(({ left, right }) => ({ left: left - from, right: right - from }))
    .filter(({ left, right }) => left >= 0 && right < rows.length)
  return scorable({ ...series, rows, windows })
}

/** Stretches of whole days in another order; a window stays whole, with what surrounds it. */
export function shuffled(series: LabelledSeries, perDay: number, random: () => number): LabelledSeries {
  const { rows } = series
  const isFree = (row: number) =>
    series.windows.every(({ left, right }) => row <= left - marginRows || row >= right + marginRows)
  const stretches: { from: number; to: number }[] = []
  let from = 0
  for (let to = perDay; to < rows.length - 2 * perDay; to += perDay * (1 + Math.floor(random() * 4))) {
    if (!isFree(to)) continue
    stretches.push({ from, to })
    from = to
  }
  for (let last = stretches.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1))
    const [a, b] = [stretches[last], stretches[other]]
    if (a !== undefined && b !== undefined) [stretches[last], stretches[other]] = [b, a]
  }
  stretches.push({ from, to: rows.length })
  const values: number[] = []
  const windows: LabelledSeries['windows'] = []
  for (const stretch of stretches) {
    const shift = values.length - stretch.from
    for (const { left, right } of series.windows) {
      if (left >= stretch.from && right < stretch.to)
        windows.push({ left: left + shift, right: right + shift })
    }
    values.push(...rows.slice(stretch.from, stretch.to).map(({ value }) => value))
  }
  windows.sort((a, b) => a.left - b.left)
  return scorable({
    ...series,
    windows,
    rows: rows.map((row, index) => ({ ...row, value: values[index] ?? 0 })),
  })
}

/** Without the windows that end before anything is scored. */
export function scorable(series: LabelledSeries): LabelledSeries {
  const probation = probationOf(series.rows.length)
  return { ...series, windows: series.windows.filter(({ right }) => right > probation) }
}

/** Numbers in [0, 1) that repeat for a seed (a linear congruential generator, of which the high bits are used). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
