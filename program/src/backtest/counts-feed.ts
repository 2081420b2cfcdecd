import { createEngine, type Emission, type EngineInput, type PartitionState } from '@nabiz/scoring/engine'
import type { BrandVersion, IncidentMark, ThresholdsConfig } from '@nabiz/shared/contracts'
import { minute } from '@nabiz/shared/time'
import { buildId } from '../build-id.ts'

/** The engine that runs live, fed with one brand's counts minute by minute; all times are whole minutes, ms UTC. */
export interface CountsFeed {
  /** Closes the minute that begins at `at` with its mentions; minutes before it that were not fed are unobserved. */
  minute(at: number, mentions: number): void
  /** A person's word for what happened between two moments. */
  mark(mark: IncidentMark, from: number, to: number): void
  /** The same engine at the same moment, for another future. */
  fork(tell: (emission: Emission) => void): CountsFeed
}

export interface CountsFeedOptions {
  thresholds: ThresholdsConfig
  /** The brand's zone, for "the same time of day". */
  zoneOffsets: BrandVersion['zoneOffsets']
  /** The first minute. */
  from: number
  tell(emission: Emission): void
}

const brand = 'counts'
const platform = 'counts'
const seen = [{ platform, account: 'file', condition: 'ok' as const }]
const unseen = [{ platform, account: 'file', condition: 'blind' as const, reason: 'no rows' }]

export function createCountsFeed(options: CountsFeedOptions): CountsFeed {
  const engine = createEngine({
    confusion: () => undefined,
    engineId: 'none',
    build: buildId(),
    signals: ['volume'],
    isCountsOnly: true,
  })
  const feed = feedOf(engine, engine.create(), options.from, 0, options.tell)
  feed.configure('thresholds', 'default', { ...options.thresholds, id: 'default' })
  feed.configure('brand', brand, { id: brand, name: brand, zoneOffsets: options.zoneOffsets })
  feed.beat(options.from, seen)
  return feed
}

function feedOf(
  engine: ReturnType<typeof createEngine>,
  state: PartitionState,
  from: number,
  firstOffset: number,
  tell: (emission: Emission) => void,
) {
  let reached = from
  let offset = firstOffset
  function apply(input: EngineInput): void {
    offset += 1
    engine.apply(state, input, tell)
  }
  function beat(at: number, connectors: typeof seen | typeof unseen): void {
    const heartbeat = { v: 1 as const, type: 'heartbeat' as const, at, source: 'backtest', connectors }
    apply({ kind: 'heartbeat', timestamp: at, offset, heartbeat })
  }
  return {
    beat,
    configure(kind: 'brand' | 'thresholds', id: string, content: Record<string, unknown>): void {
      const version = { v: 1, type: 'config', kind, id, brand, version: kind } as const
      const copy = { ...version, configOffset: 1, active: true, content }
      apply({ kind: 'config', timestamp: 0, offset, copy })
    },
    minute(at: number, mentions: number): void {
      if (at > reached) {
        beat(reached, unseen)
        beat(at, seen)
      }
      const count = { brand, platform, minute: at, mentions }
      if (mentions > 0) apply({ kind: 'count', timestamp: at, offset, count })
      reached = at + minute
      beat(reached, seen)
    },
    mark(mark: IncidentMark, from: number, to: number): void {
      const told = {
        v: 1,
        type: 'mark',
        brand,
        incident: `${from}`,
        mark,
        from,
        to,
        by: 'backtest',
        at: to,
      } as const
      apply({ kind: 'mark', timestamp: reached, offset, mark: told })
    },
    fork(tellFork: (emission: Emission) => void): CountsFeed {
      // Nothing was ever marked durable, so this holds all of the state.
      const copy = engine.decode(engine.encode(state).puts)
      return feedOf(engine, copy, reached, offset, tellFork)
    },
  }
}

/** Mentions of each minute of a bucket, evenly: whole numbers that add up to the bucket's. */
export function spreadEvenly(mentions: number, minutes: number): number[] {
  return Array.from(
    { length: minutes },
    (_, index) => Math.floor(((index + 1) * mentions) / minutes) - Math.floor((index * mentions) / minutes),
  )
}
