import type { ThresholdsConfig } from '@nabiz/shared/contracts'
import { day, hour, minute } from '@nabiz/shared/time'
import { type CountsFeed, createCountsFeed, spreadEvenly } from '../../src/backtest/counts-feed.ts'
import { type CountsRunOptions, createMarker, gridShift } from '../../src/backtest/run-counts.ts'
import type { LabelledSeries } from './labelled-series.ts'

/** A storm that began at a minute of a series: minutes until a page, by its multiple; undefined: none within the hour. */
export type StormResult = Map<number, number | undefined>

const watchedMinutes = 60
const historyDays = 14
/** Half width of "the same time of day", as the rule has it. */
const around = hour / 2

/** Rows at which storms begin, drawn evenly from those with two weeks before and two hours after them. */
export function drawOnsets(
  series: LabelledSeries,
  count: number,
  random: () => number,
): { at: number; row: number }[] {
  const first = Math.ceil((historyDays * day) / series.widthMs) + 1
  const last = series.rows.length - Math.ceil((2 * hour) / series.widthMs)
  const onsets = Array.from({ length: count }, () => {
    const row = first + Math.floor(random() * (last - first))
    const offset = Math.floor((random() * series.widthMs) / minute) * minute
    return { row, at: (series.rows[row]?.at ?? 0) + offset }
  })
  return onsets.sort((a, b) => a.at - b.at)
}

/** Mentions a minute that the 14 days before say of this time of day. */
export function expectedPerMinute({ rows, widthMs }: LabelledSeries, row: number): number {
  const [perDay, near] = [day / widthMs, Math.round(around / widthMs)]
  let sum = 0
  let found = 0
  for (let back = 1; back <= historyDays; back += 1) {
    for (let at = row - back * perDay - near; at <= row - back * perDay + near; at += 1) {
      const value = rows[at]?.value
      if (value === undefined) continue
      sum += value
      found += 1
    }
  }
  return found === 0 ? 0 : sum / found / (widthMs / minute)
}

/**
 * Lets even storms of each multiple of the expected rate begin on top of what was recorded, each in a copy of the live
 * engine as it stood. Onsets at which an episode is running are left out: people are looking already.
 */
export function runStorms(
  series: LabelledSeries,
  onsets: readonly { at: number; row: number }[],
  multiples: readonly number[],
  thresholds: ThresholdsConfig,
  mark?: CountsRunOptions['mark'],
): StormResult[] {
  const shift = gridShift(series)
  const minutes = series.widthMs / minute
  let isOpen = false
  const marker = createMarker(mark, shift)
  const feed = createCountsFeed({
    thresholds,
    zoneOffsets: [{ from: 0, minutes: 0 }],
    from: (series.rows[0]?.at ?? 0) - shift,
    tell({ topic, value }) {
      if (topic !== 'breaches') return
      isOpen = value.transition !== 'recovered'
      marker.heard(value)
    },
  })
  const results: StormResult[] = []
  let next = 0
  series.rows.forEach(({ at, value }, row) => {
    for (; onsets[next]?.row === row; next += 1) {
      const onset = onsets[next]
      if (onset === undefined || isOpen) continue
      const perMinute = expectedPerMinute(series, row)
      const result: StormResult = new Map()
      for (const multiple of multiples) {
        const storm = { from: onset.at - shift, perMinute: (multiple - 1) * perMinute }
        result.set(multiple, minutesToPage(feed, series, row, shift, storm))
      }
      results.push(result)
    }
    spreadEvenly(value, minutes).forEach((mentions, index) => {
      feed.minute(at - shift + index * minute, mentions)
    })
    marker.pass(feed)
  })
  return results
}

/** Minutes from the storm's first minute to the page, the first minute's end being 1. */
function minutesToPage(
  feed: CountsFeed,
  series: LabelledSeries,
  fromRow: number,
  shift: number,
  storm: { from: number; perMinute: number },
): number | undefined {
  let paged: number | undefined
  const fork = feed.fork(({ topic, value }) => {
    if (topic === 'breaches' && value.transition === 'opened') paged ??= value.at
  })
  const until = storm.from + watchedMinutes * minute
  for (let row = fromRow; ; row += 1) {
    const { at = Number.POSITIVE_INFINITY, value = 0 } = series.rows[row] ?? {}
    for (const [index, mentions] of spreadEvenly(value, series.widthMs / minute).entries()) {
      const start = at - shift + index * minute
      if (start >= until) return undefined
      const age = (start - storm.from) / minute
      const added = age < 0 ? 0 : Math.floor((age + 1) * storm.perMinute) - Math.floor(age * storm.perMinute)
      fork.minute(start, mentions + added)
      // A page before the storm began is the series' own.
      if (paged !== undefined) return age < 0 ? undefined : Math.ceil((paged - storm.from) / minute)
    }
  }
}

/** The value that a share of all results does not exceed, those that never paged being the greatest; undefined: one of those. */
export function quantile(results: readonly (number | undefined)[], share: number): number | undefined {
  const sorted = results.map((each) => each ?? Number.POSITIVE_INFINITY).sort((a, b) => a - b)
  const value = sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]
  return value === undefined || !Number.isFinite(value) ? undefined : value
}
