import { createEngine, createSentimentEngine, type EngineInput } from '@nabiz/scoring'
import type { BrandVersion, Mark, SignalName, ThresholdsConfig, Transition } from '@nabiz/shared/contracts'
import { minute } from '@nabiz/shared/time'
import { buildId } from '../build-id.ts'
import type { RecordedMinute, RecordedSeries } from './recorded-series.ts'

/** By what a brand is judged. */
export interface Judged {
  thresholds: ThresholdsConfig
  /** As it stands in what is told. */
  version: string
  zoneOffsets: BrandVersion['zoneOffsets']
  /** Known days, on which boundaries are wider. */
  knownEvents?: BrandVersion['knownEvents']
}

/**
 * The signals worth judging: those that a record of counts says something about, that may page, and that have anything to
 * go by. Reach and negativity lean on the baseline of negative mentions.
 */
function signalsFor({ minutes }: RecordedSeries, { pages }: ThresholdsConfig): SignalName[] {
  const hasNegatives = minutes.some(
    ({ details }) => details !== undefined && Object.keys(details.negatives).length > 0,
  )
  const leansOnNegative = pages.negative || pages.negativity || pages.reach
  const wanted = {
    volume: pages.volume,
    negative: hasNegatives && leansOnNegative,
    negativity: hasNegatives && pages.negativity,
    authors: pages.authors,
    reach: hasNegatives && pages.reach,
  }
  return (['volume', 'negative', 'negativity', 'authors', 'reach'] as const).filter((name) => wanted[name])
}

/** A confirmed crisis, [from, to] in ms, that teaches no baseline from `at` on. */
export interface LearnedMark {
  incident: string
  from: number
  to: number
  at: number
}

/** Only samples have a place in the log, and counts have none. */
const nowhere = { offset: 0 }

/** A platform tells of itself at least hourly while it is followed. */
const longestSilence = 61 * minute

/**
 * Passes recorded minutes through the engine that runs live, a heartbeat a minute; returns its transitions in order.
 * Minutes that were unobserved live are unobserved here. What live told within a minute is told at its end.
 */
export function replaySeries(
  series: RecordedSeries,
  judged: Judged,
  until: number,
  marks: readonly LearnedMark[] = [],
): Transition[] {
  const [first] = series.minutes
  if (first === undefined) return []
  const sentiment = createSentimentEngine()
  const engine = createEngine({
    confusion: (language) => sentiment.confusion(language),
    engineId: sentiment.id,
    build: buildId(),
    signals: signalsFor(series, judged.thresholds),
    isCountsOnly: true,
  })
  const state = engine.create()
  const transitions: Transition[] = []
  const apply = (input: EngineInput) => {
    engine.apply(state, input, (emission) => {
      if (emission.topic === 'breaches') transitions.push(emission.value)
    })
  }
  for (const copy of configCopies(series.brand, judged))
    apply({ kind: 'config', ...nowhere, timestamp: 0, copy })
  const connectors = new Connectors()
  const beat = (at: number) => {
    const heartbeat = {
      v: 1,
      type: 'heartbeat',
      at,
      source: 'backtest',
      connectors: connectors.at(at),
    } as const
    apply({ kind: 'heartbeat', ...nowhere, timestamp: at, heartbeat })
  }
  let next = 0
  const waiting = [...marks].sort((a, b) => b.at - a.at)
  connectors.told(first)
  beat(first.at)
  const last = Math.min(until, (series.minutes.at(-1)?.at ?? 0) + minute)
  for (let at = first.at; at < last; at += minute) {
    for (let found = series.minutes[next]; found?.at === at; found = series.minutes[next]) {
      next += 1
      connectors.told(found)
      const { platform, mentions, details } = found
      if (details === undefined) continue
      const count = { brand: series.brand, platform, minute: at, mentions, details }
      apply({ kind: 'count', ...nowhere, timestamp: at, count })
    }
    beat(at + minute)
    for (let due = waiting.at(-1); due !== undefined && due.at <= at + minute; due = waiting.at(-1)) {
      waiting.pop()
      apply({ kind: 'mark', ...nowhere, timestamp: at, mark: markOf(series.brand, due) })
    }
  }
  return transitions
}

function markOf(brand: string, { incident, from, to, at }: LearnedMark): Mark {
  return {
    v: 1,
    type: 'mark',
    brand,
    incident,
    mark: 'confirmed',
    from,
    to: Math.max(from, to),
    by: 'backtest',
    at,
  }
}

function configCopies(brand: string, { thresholds, version, zoneOffsets, knownEvents }: Judged) {
  const copy = { v: 1, type: 'config', brand, configOffset: 1, active: true } as const
  return [
    { ...copy, kind: 'thresholds', id: thresholds.id, version, content: thresholds },
    {
      ...copy,
      kind: 'brand',
      id: brand,
      version: 'backtest',
      content: {
        id: brand,
        name: brand,
        thresholds: thresholds.id,
        zoneOffsets,
        ...(knownEvents && { knownEvents }),
      },
    },
  ] as const
}

/** Whether each platform was seen, as its records say. */
class Connectors {
  readonly #known = new Map<string, { at: number; observed: boolean }>()

  told({ platform, at, observed }: Pick<RecordedMinute, 'platform' | 'at' | 'observed'>): void {
    this.#known.set(platform, { at, observed })
  }

  /** As a heartbeat at the end of a minute tells them. */
  at(now: number) {
    return [...this.#known].map(([platform, { at, observed }]) => {
      const isSeen = observed && now - at <= longestSilence
      const condition = isSeen ? ('ok' as const) : ('blind' as const)
      const reason = isSeen ? {} : { reason: observed ? 'no record' : 'unobserved' }
      return { platform, account: 'recorded', condition, ...reason }
    })
  }
}
