import type { Transition } from '@nabiz/shared/contracts'
import { type BrandState, createProbe } from './brand-state.ts'
import type { ScoredMention } from './engine.ts'
import { minuteMs } from './grid.ts'
import { hashHex } from './hash.ts'
import type { Outlet } from './transition.ts'

/** Minutes a probe's page stays open. */
const openMinutes = 1

/** Notes a mention of the probe brand; it stands in no statistics. */
export function noteProbe(brand: BrandState, { mention, offset }: ScoredMention): void {
  brand.dirty = true
  brand.probe = {
    ...brand.probe,
    seenAt: mention.createdAt,
    platform: mention.platform,
    mention: mention.id,
    offset,
  }
}

/** Opens the page of a probe that was seen, and recovers one that was opened a minute ago. */
export function closeProbe(brand: BrandState, minute: number, at: number, outlet: Outlet): void {
  const { probe } = brand
  if (probe.episode !== '' && minute >= probe.openedMinute + openMinutes) {
    tell(brand, 'recovered', at, probe.episode, outlet)
    brand.probe = { ...probe, episode: '', openedMinute: 0 }
    brand.dirty = true
  }
  const waiting = brand.probe
  if (waiting.seenAt === 0 || waiting.episode !== '') return
  const episode = hashHex(brand.id, 'all', 'volume', brand.settings.version, at, 'opened')
  tell(brand, 'opened', at, episode, outlet)
  brand.probe = { ...createProbe(), episode, openedMinute: minute, seenAt: 0 }
  brand.dirty = true
}

function tell(
  brand: BrandState,
  kind: 'opened' | 'recovered',
  at: number,
  episode: string,
  outlet: Outlet,
): void {
  const { probe, settings } = brand
  const severity = kind === 'opened' ? 1 : 0
  const window = { minutes: 5, value: severity, expected: 0, sigma: 1, z: severity, severity } as const
  const hasSample = kind === 'opened'
  const value: Transition = {
    v: 1,
    type: 'transition',
    id: hashHex(brand.id, 'all', 'volume', settings.version, at, kind),
    episode,
    brand: brand.id,
    scope: 'all',
    signal: 'volume',
    transition: kind,
    at,
    since: hasSample ? probe.seenAt : at - openMinutes * minuteMs,
    severity,
    peakSeverity: 1,
    window,
    config: settings.version,
    engine: brand.engine,
    probe: true,
    evidence: {
      buckets: [],
      windows: [window],
      terms: [],
      platforms: [],
      languages: [],
      authors: { distinct: 0, mentions: severity, topShare: 0 },
      samples: hasSample ? [{ platform: probe.platform, id: probe.mention, private: false }] : [],
      coverage: [],
      confidence: 'high',
    },
  }
  const samples = hasSample ? [{ platform: probe.platform, id: probe.mention, offset: probe.offset }] : []
  outlet.emit({ topic: 'breaches', brand: brand.id, value, samples })
}
