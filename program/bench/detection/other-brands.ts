import { day, hour } from '@nabiz/shared/time'
import type { LabelledSeries } from './labelled-series.ts'
import type { LabelledWindow } from './nab-score.ts'
import { scorable, thinned } from './perturb.ts'
import { expectedPerMinute } from './storms.ts'

/** What an hour reaches on a calm brand's liveliest days: the unit in which one brand's events are another's. */
const livelyShare = 0.995
/** An event is what stands above this multiple of the expected. */
const eventRatio = 2
/** Rows around a window that are not taken for calm ones. */
const marginRows = 12

/** The calm days of a brand with the labelled events of another one, as high above its liveliest hours as they were there. */
export function borrowed(
  series: LabelledSeries,
  other: LabelledSeries,
  random: () => number,
): LabelledSeries {
  const values = calmed(series, random)
  const unit = livelyHour(values, series) / livelyHour(calmed(other, random), other)
  const middle = [...other.rows].map(({ value }) => value).sort((a, b) => a - b)[other.rows.length >> 1] ?? 0
  const windows = other.windows.filter(({ right }) => right < values.length)
  for (const { left, right } of windows) {
    for (let row = left; row <= right; row += 1) {
      const expected = Math.max(middle, expectedPerMinute(other, row) * (other.widthMs / 60_000))
      const excess = Math.max(0, (other.rows[row]?.value ?? 0) - eventRatio * expected)
      values[row] = (values[row] ?? 0) + Math.floor(excess * unit + random())
    }
  }
  return scorable({
    ...series,
    windows,
    rows: series.rows.map((row, at) => ({ ...row, value: values[at] ?? 0 })),
  })
}

/** Two brands as one: both as small as the smaller, with the labels of both. */
export function mixed(series: LabelledSeries, other: LabelledSeries, random: () => number): LabelledSeries {
  const least = Math.min(mean(series), mean(other))
  const one = thinned(series, least / mean(series), random)
  const two = thinned(other, least / mean(other), random)
  const length = Math.min(one.rows.length, two.rows.length)
  const rows = one.rows
    .slice(0, length)
    .map((row, at) => ({ ...row, value: row.value + (two.rows[at]?.value ?? 0) }))
  const windows: LabelledWindow[] = []
  const all = [...one.windows, ...two.windows].filter(({ right }) => right < length)
  for (const { left, right } of all.sort((a, b) => a.left - b.left)) {
    const last = windows.at(-1)
    if (last !== undefined && left <= last.right) last.right = Math.max(last.right, right)
    else windows.push({ left, right })
  }
  return scorable({ ...series, rows, windows })
}

/** Counts with every labelled window replaced by the same times of another stretch, or, where none is free, of other days. */
function calmed({ rows, windows, widthMs }: LabelledSeries, random: () => number): number[] {
  const perDay = day / widthMs
  const values = rows.map(({ value }) => value)
  const isCalm = (row: number) =>
    row >= 0 &&
    row < rows.length &&
    windows.every(({ left, right }) => row < left - marginRows || row > right + marginRows)
  const days = Array.from({ length: Math.ceil(rows.length / perDay) }, (_, at) => at + 1)
  const shifts = days.flatMap((count) => [-count * perDay, count * perDay])
  const pick = (from: readonly number[]) => from[Math.floor(random() * from.length)] ?? 0
  for (const window of windows) {
    const left = Math.max(0, window.left - marginRows)
    const right = Math.min(rows.length - 1, window.right + marginRows)
    const whole = shifts.filter((shift) => {
      for (let row = left; row <= right; row += 1) if (!isCalm(row + shift)) return false
      return true
    })
    const shift = whole.length > 0 ? pick(whole) : undefined
    for (let row = left; row <= right; row += 1) {
      const from = row + (shift ?? pick(shifts.filter((each) => isCalm(row + each))))
      values[row] = rows[from]?.value ?? 0
    }
  }
  return values
}

function livelyHour(values: readonly number[], { widthMs }: LabelledSeries): number {
  const length = hour / widthMs
  let sum = 0
  const sums = values.map((value, at) => {
    sum += value - (values[at - length] ?? 0)
    return sum
  })
  return sums.sort((a, b) => a - b)[Math.floor(livelyShare * sums.length)] ?? 1
}

function mean({ rows }: LabelledSeries): number {
  return rows.reduce((sum, { value }) => sum + value, 0) / rows.length
}
