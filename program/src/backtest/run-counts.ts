import { createEngine } from '@nabiz/scoring'
import type { BrandVersion, SignalRecord, ThresholdsConfig, Transition } from '@nabiz/shared/contracts'
import { minute } from '@nabiz/shared/time'
import { buildId } from '../build-id.ts'
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
  /** Called with each point that is known of the hour's window. */
  onHour?(point: HourPoint): void
}

const brand = 'counts'
const platform = 'counts'
const fiveMinutes = 5 * minute
const seen = [{ platform, account: 'file', condition: 'ok' as const }]
const unseen = [{ platform, account: 'file', condition: 'blind' as const, reason: 'no rows' }]

/**
 * Passes recorded counts through the engine that runs live, a heartbeat a minute. A bucket's mentions are spread evenly
 * over its minutes, and what they show is known at its end. Minutes without a row are unobserved, as live when blind.
 */
export function runCounts(options: CountsRunOptions): void {
  const { rows, widthMs } = options.series
  const [first] = rows
  if (first === undefined) return
  // The engine's buckets begin at whole five minutes: the file's grid is laid on them, and moved back in what is told.
  const shift = first.at % commonStep(widthMs)
  const told = (at: number) => first.at + Math.ceil((at + shift - first.at) / widthMs) * widthMs
  const engine = createEngine({
    confusion: () => undefined,
    engineId: 'none',
    build: buildId(),
    signals: ['volume'],
  })
  const state = engine.create()
  let offset = 0
  const apply = (input: Parameters<typeof engine.apply>[1]) =>
    engine.apply(state, input, ({ topic, value }) => {
      if (topic === 'breaches') options.onTransition(transitionOf(value, told(value.at)))
      if (topic === 'signals') tellHour(value, shift, options)
    })
  const configure = (kind: 'brand' | 'thresholds', id: string, content: Record<string, unknown>) => {
    const copy = {
      v: 1,
      type: 'config',
      kind,
      id,
      brand,
      version: kind,
      configOffset: 1,
      active: true,
      content,
    } as const
    apply({ kind: 'config', timestamp: 0, offset: offset++, copy })
  }
  const beat = (at: number, connectors: typeof seen | typeof unseen) => {
    const heartbeat = { v: 1 as const, type: 'heartbeat' as const, at, source: 'backtest', connectors }
    apply({ kind: 'heartbeat', timestamp: at, offset: offset++, heartbeat })
  }

  configure('thresholds', 'default', { ...options.thresholds, id: 'default' })
  const zoneOffsets = options.zoneOffsets.map(({ from, minutes }) => ({
    from: Math.max(0, from - shift),
    minutes,
  }))
  configure('brand', brand, { id: brand, name: brand, zoneOffsets })
  const minutes = widthMs / minute
  let reached = first.at - shift
  beat(reached, seen)
  for (const { at, value } of rows) {
    const start = at - shift
    if (start > reached) {
      beat(reached, unseen)
      beat(start, seen)
    }
    for (let index = 0; index < minutes; index += 1) {
      const mentions = Math.floor(((index + 1) * value) / minutes) - Math.floor((index * value) / minutes)
      const from = start + index * minute
      if (mentions > 0)
        apply({
          kind: 'count',
          timestamp: from,
          offset: offset++,
          count: { brand, platform, minute: from, mentions },
        })
      beat(from + minute, seen)
    }
    reached = start + widthMs
  }
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
