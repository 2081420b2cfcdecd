import type { SignalRecord } from '@nabiz/shared/contracts'
import { createSilentLogger } from '@nabiz/shared/logging'
import { createRegistry } from '@nabiz/shared/metrics'
import { expect, it } from 'vitest'
import { createTelemetry } from './telemetry.ts'

it('tells how deaf a brand is: the storm that its quickest window hears within 15 minutes', async () => {
  // Over an hour 600 are expected, ten a minute. The 15-minute window pages at 450: (450 - 150) / 15 = 20 a minute more.
  const windows: SignalRecord['windows'] = [
    aWindow({ minutes: 60, expected: 600, boundary: 1_800 }),
    aWindow({ minutes: 15, expected: 150, boundary: 450 }),
    aWindow({ minutes: 5, expected: 50, boundary: 450 }),
  ]
  expect(await deafnessIn(windows)).toBe('3')
})

it('tells +Inf of a brand that nothing would page', async () => {
  expect(await deafnessIn([aWindow({ minutes: 60, expected: 600 })])).toBe('+Inf')
})

it('leaves signals other than volume and the window of a day out', async () => {
  const day = aWindow({ minutes: 1_440, expected: 10, boundary: 20 })
  const hour = aWindow({ minutes: 60, expected: 600, boundary: 1_500 })
  expect(await deafnessIn([hour, day])).toBe('7')
  expect(await deafnessIn([hour], 'negative')).toBeUndefined()
})

it('tells how far a baseline has warmed', async () => {
  const record = aRecord({ history: { phase: 'plain', days: 1.5 } })
  expect(await metricOf(record, 'nabiz_scoring_baseline_days{brand="velmora",signal="volume"}')).toBe('1.5')
})

it('tells when a page is projected, and 0 where nothing grows or the page is over', async () => {
  const at = 1_700_000_000_000
  expect(await projectedIn({ projection: { severity: 1, at } })).toBe('1700000000')
  expect(await projectedIn({ projection: { severity: 4, at } })).toBe('0')
  expect(await projectedIn({})).toBe('0')
})

it('tells what the severity of a storm of few accounts would be, and that nothing limits it any more', async () => {
  const series = 'nabiz_scoring_limited_severity{brand="velmora",signal="volume",reason="few_authors"}'
  const limit = { by: 'few_authors' as const, severity: 4.2, authors: 2 }
  const limited = aRecord({ windows: [aWindow({ severity: 0.99, limit })] })
  expect(await metricOf(aRecord({}), series)).toBeUndefined()
  expect(await metricOf(limited, series)).toBe('4.2')
  expect(await metricOf([limited, aRecord({})], series)).toBe('0')
})

function projectedIn(fields: Partial<SignalRecord>): Promise<string | undefined> {
  const series = 'nabiz_scoring_projected_page_timestamp_seconds{brand="velmora",signal="volume"}'
  return metricOf(aRecord(fields), series)
}

function aWindow(overrides: Partial<SignalRecord['windows'][number]>): SignalRecord['windows'][number] {
  return { minutes: 60, value: 0, expected: 0, sigma: 1, z: 0, severity: 0, ...overrides }
}

function deafnessIn(
  windows: SignalRecord['windows'],
  signal: SignalRecord['signal'] = 'volume',
): Promise<string | undefined> {
  return metricOf(aRecord({ windows, signal }), 'nabiz_scoring_deafness_multiple{brand="velmora"}')
}

function aRecord(fields: Partial<SignalRecord>): SignalRecord {
  return {
    v: 1,
    id: 's1',
    brand: 'velmora',
    signal: 'volume',
    at: 0,
    state: 'ok',
    severity: 0,
    windows: [],
    coverage: [],
    config: 'default',
    engine: 'lexicon-1',
    ...fields,
  }
}

/** Value of one series after records were emitted; undefined: there is none. */
async function metricOf(
  values: SignalRecord | readonly SignalRecord[],
  series: string,
): Promise<string | undefined> {
  const registry = createRegistry()
  const emissions = [values].flat().map((value) => ({ topic: 'signals' as const, brand: value.brand, value }))
  createTelemetry(registry, createSilentLogger()).emitted(emissions)
  const lines = (await registry.metrics()).split('\n')
  return lines.find((line) => line.startsWith(`${series} `))?.slice(series.length + 1)
}
