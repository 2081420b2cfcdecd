import type { Act, BrandVersion, PlanConfig, Transition } from '@nabiz/shared/contracts'
import { day, hour, minute } from '@nabiz/shared/time'
import type { Channel, DeliveryResult, Notice } from '../src/channels/index.ts'
import type { ApplyContext, BrandSettings } from '../src/incidents/context.ts'

/** An instant the tests begin at. */
export const start = 20_000 * day

/** A signal's opening; an escalation or recovery is given its `transition` and the `episode` it belongs to. */
export function aTransition(overrides: Partial<Transition> = {}): Transition {
  const id = overrides.id ?? 'breach-1'
  const severity = overrides.severity ?? 1.2
  return {
    v: 1,
    type: 'transition',
    id,
    episode: id,
    brand: 'lale-air',
    scope: 'all',
    signal: 'volume',
    transition: 'opened',
    at: start,
    since: start - 5 * minute,
    severity,
    peakSeverity: severity,
    window: { minutes: 60, value: 240, expected: 40, sigma: 20, z: 10, boundary: 160, severity },
    config: 'c1',
    engine: 'lexicon-1',
    evidence: {
      buckets: [{ at: start - 5 * minute, value: 60, expected: 4 }],
      windows: [],
      terms: [{ name: 'rötar', mentions: 90, share: 0.4 }],
      platforms: [{ name: 'webhook', mentions: 240, share: 1 }],
      languages: [{ name: 'tr', mentions: 240, share: 1 }],
      authors: { distinct: 200, mentions: 240, topShare: 0.02 },
      samples: [{ platform: 'webhook', id: 'm-1', private: false }],
      coverage: [{ platform: 'webhook', observed: 1 }],
      confidence: 'high',
    },
    ...overrides,
  }
}

export function anAct(overrides: Partial<Act> = {}): Act {
  return {
    v: 1,
    type: 'act',
    id: 'act-1',
    brand: 'lale-air',
    act: 'acknowledge',
    by: 'Defne',
    at: start,
    ...overrides,
  }
}

export function aPlan(overrides: Partial<PlanConfig> = {}): PlanConfig {
  return {
    id: 'default',
    steps: [
      { channels: ['pager'], escalateAfterMinutes: 10 },
      { channels: ['chat', 'mail'], escalateAfterMinutes: 20 },
    ],
    repeats: 1,
    ...overrides,
  }
}

export function aBrand(overrides: Partial<BrandVersion> = {}): BrandVersion {
  return {
    id: 'lale-air',
    name: 'Lale Air',
    language: 'tr',
    timeZone: 'Europe/Istanbul',
    names: ['Lale Air'],
    aliases: [],
    handles: [],
    hashtags: [],
    exclusions: [],
    thresholds: 'default',
    plan: 'default',
    zoneOffsets: [{ from: 0, minutes: 180 }],
    ...overrides,
  }
}

export function someSettings(overrides: Partial<BrandSettings> = {}): BrandSettings {
  return {
    id: 'lale-air',
    name: 'Lale Air',
    language: 'tr',
    timeZone: 'Europe/Istanbul',
    plan: aPlan(),
    joinMs: 12 * hour,
    escalateFactor: 2,
    probe: false,
    simulated: false,
    ...overrides,
  }
}

export function aContext(overrides: Partial<ApplyContext> = {}): ApplyContext {
  return {
    now: start,
    settings: (id) => someSettings({ id }),
    catchingUp: false,
    mayRepeat: false,
    ...overrides,
  }
}

/** A channel that keeps what it is told and answers as `answer` says. */
export function recordingChannel(
  id: string,
  answer: (notice: Notice, call: number) => DeliveryResult | Promise<DeliveryResult> = () => ({
    kind: 'delivered',
  }),
): Channel & { notices: Notice[] } {
  const notices: Notice[] = []
  return {
    id,
    type: 'recording',
    notices,
    async deliver(notice) {
      notices.push(notice)
      return answer(notice, notices.length)
    },
  }
}
