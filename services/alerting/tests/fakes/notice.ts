import type { Evidence, Transition } from '@nabiz/shared/contracts'
import type { Notice } from '../../src/channels/channel.ts'

/** 26 July 2026, 14:32 in Istanbul. */
export const startedAt = Date.UTC(2026, 6, 26, 11, 32)

/** Evidence of an invented storm about cancelled flights; overrides replace whole fields. */
export function someEvidence(overrides: Partial<Evidence> = {}): Evidence {
  return {
    buckets: [],
    windows: [],
    terms: [
      { name: 'iptal', mentions: 75, share: 0.412 },
      { name: 'bagaj', mentions: 40, share: 0.2198 },
    ],
    platforms: [
      { name: 'telegram', mentions: 113, share: 0.6209 },
      { name: 'webhook', mentions: 69, share: 0.3791 },
    ],
    languages: [
      { name: 'tr', mentions: 167, share: 0.9176 },
      { name: 'en', mentions: 15, share: 0.0824 },
    ],
    authors: { distinct: 121, mentions: 182, topShare: 0.04 },
    samples: [],
    coverage: [
      { platform: 'telegram', observed: 1 },
      { platform: 'webhook', observed: 1 },
    ],
    projection: {
      severity: 4.8,
      at: startedAt + 24 * 60_000,
      earliest: startedAt + 19 * 60_000,
      latest: startedAt + 33 * 60_000,
      doubling: { minutes: 12, from: 8.5, to: 20 },
    },
    confidence: 'high',
    ...overrides,
  }
}

/** The opening of an invented episode; overrides replace whole fields. */
export function aTransition(overrides: Partial<Transition> = {}): Transition {
  return {
    v: 1,
    type: 'transition',
    id: 'b-1',
    episode: 'b-1',
    brand: 'kuzey-air',
    scope: 'all',
    signal: 'negative',
    transition: 'opened',
    at: startedAt + 12 * 60_000,
    since: startedAt,
    severity: 2.4,
    peakSeverity: 2.4,
    window: { minutes: 15, value: 182, expected: 13, sigma: 7.1, z: 23.8, boundary: 82.7, severity: 2.4 },
    config: '1f0c9a7be210',
    engine: 'lexicon-1',
    evidence: someEvidence(),
    ...overrides,
  }
}

/** A page about an invented airline; overrides replace whole fields. */
export function aNotice(overrides: Partial<Notice> = {}): Notice {
  return {
    kind: 'page',
    incident: '9d41c7e0a2b85f36',
    brand: {
      id: 'kuzey-air',
      name: 'Kuzey Air',
      language: 'en',
      timeZone: 'Europe/Istanbul',
      runbook: 'https://runbooks.example/kuzey-air',
    },
    openedAt: startedAt + 12 * 60_000,
    at: startedAt + 12 * 60_000,
    severity: 2.4,
    peakSeverity: 2.4,
    signals: ['negative', 'volume'],
    leading: aTransition(),
    samples: [
      {
        platform: 'telegram',
        text: 'Uçuş üçüncü kez iptal, kimse bilgi vermiyor 😡',
        permalink: 'https://t.me/kuzeyyolcu/81',
        private: false,
      },
      { platform: 'telegram', text: 'annemin ameliyatına yetişemedim', private: true },
      { platform: 'webhook', text: undefined, private: false },
    ],
    ackUrl: 'https://nabiz.example/incidents/9d41c7e0a2b85f36/ack?token=ack-token-of-one-person',
    maybeRepeat: false,
    simulated: false,
    drill: false,
    probe: false,
    sequence: 1,
    ...overrides,
  }
}
