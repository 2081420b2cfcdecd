import type {
  BrandVersion,
  IncidentMark,
  SignalRecord,
  ThresholdsConfig,
  Transition,
} from '@nabiz/shared/contracts'
import { minute } from '@nabiz/shared/time'
import { type CountsFeed, createCountsFeed, spreadEvenly } from './counts-feed.ts'
import type { CountSeries } from './counts-file.ts'

/** A transition of the volume of mentions, and when the live system would have known. */
export interface CountTransition {
  /** End of the bucket whose count showed it, ms UTC: before, nobody has that number. */
  at: number
  event: Transition['transition']
  signal: Transition['signal']
  severity: number
  z: number
  /** Mentions in the window that decided, at the minute that decided. */
  value: number
  expected: number
  /** Length of that window, minutes. */
  minutes: number
  /** It belongs to the episode before: nobody is paged anew. */
  joins: boolean
}

/** What the hour up to a moment held and should have held; hourly, and by the minute while severity is 0.5 or more. */
export interface HourPoint {
  at: number
  value: number
  expected: number
  /** Count at which it pages; undefined where none does. */
  boundary: number | undefined
  severity: number
}

export interface CountsRunOptions {
  series: Pick<CountSeries, 'rows' | 'widthMs'>
  thresholds: ThresholdsConfig
  /** The brand's zone, for "the same time of day". */
  zoneOffsets: BrandVersion['zoneOffsets']
  /** Called with each transition, in order. */
  onTransition(transition: CountTransition): void
  /** What a person says of an episode once it has recovered; times in ms UTC. */
  mark?(episode: { since: number; until: number }): IncidentMark | undefined
  /** Called with each point that is known of the hour's window. */
  onHour?(point: HourPoint): void
}

const fiveMinutes = 5 * minute

/**
 * Passes recorded counts through the engine that runs live, a heartbeat a minute. A bucket's mentions are spread evenly
 * over its minutes, and what they show is known at its end. Minutes without a row are unobserved, as live when blind.
 */
export function runCounts(options: CountsRunOptions): void {
  const { rows, widthMs } = options.series
  const [first] = rows
  if (first === undefined) return
  const shift = gridShift(options.series)
  const told = (at: number) => first.at + Math.ceil((at + shift - first.at) / widthMs) * widthMs
  const marker = createMarker(options.mark, shift)
  const feed = createCountsFeed({
    thresholds: options.thresholds,
    zoneOffsets: options.zoneOffsets.map(({ from, minutes }) => ({
      from: Math.max(0, from - shift),
      minutes,
    })),
    from: first.at - shift,
    tell({ topic, value }) {
      if (topic === 'breaches') {
        options.onTransition(transitionOf(value, told(value.at)))
        marker.heard(value)
      }
      if (topic === 'signals') tellHour(value, shift, options)
    },
  })
  for (const { at, value } of rows) {
    if (widthMs === minute) feed.minute(at - shift, value)
    else {
      spreadEvenly(value, widthMs / minute).forEach((mentions, index) => {
        feed.minute(at - shift + index * minute, mentions)
      })
    }
    marker.pass(feed)
  }
}

/** Asks what a person says of each episode that has recovered; the word is passed on behind the row, as a record of its own. */
export function createMarker(mark: CountsRunOptions['mark'], shift: number) {
  let episode: { since: number; until: number } | undefined
  return {
    heard({ transition, since, at }: Transition): void {
      if (transition === 'recovered') episode = { since, until: at }
    },
    pass(feed: CountsFeed): void {
      if (episode === undefined) return
      const { since, until } = episode
      const said = mark?.({ since: since + shift, until: until + shift })
      if (said !== undefined) feed.mark(said, since, until)
      episode = undefined
    },
  }
}

/** What is taken off a file's times: the engine's buckets begin at whole five minutes, and the file's are laid on them. */
export function gridShift({ rows, widthMs }: Pick<CountSeries, 'rows' | 'widthMs'>): number {
  return (rows[0]?.at ?? 0) % commonStep(widthMs)
}

/** The longest step that both the file's buckets and the engine's are made of. */
function commonStep(widthMs: number): number {
  let [a, b] = [widthMs, fiveMinutes]
  while (b > 0) [a, b] = [b, a % b]
  return a
}

function transitionOf(value: Transition, at: number): CountTransition {
  const { transition: event, signal, severity, window, joins } = value
  const { z, value: count, expected, minutes } = window
  return { at, event, signal, severity, z, value: count, expected, minutes, joins: joins !== undefined }
}

function tellHour(record: SignalRecord, shift: number, { onHour }: CountsRunOptions): void {
  const [hourly] = record.windows
  if (onHour === undefined || hourly === undefined) return
  const { value, expected, boundary } = hourly
  onHour({ at: record.at + shift, value, expected, boundary, severity: record.severity })
}
