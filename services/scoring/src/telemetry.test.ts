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

function aWindow(overrides: Partial<SignalRecord['windows'][number]>): SignalRecord['windows'][number] {
  return { minutes: 60, value: 0, expected: 0, sigma: 1, z: 0, severity: 0, ...overrides }
}

async function deafnessIn(
  windows: SignalRecord['windows'],
  signal: SignalRecord['signal'] = 'volume',
): Promise<string | undefined> {
  const registry = createRegistry()
  const record: SignalRecord = {
    v: 1,
    id: 's1',
    brand: 'velmora',
    signal,
    at: 0,
    state: 'ok',
    severity: 0,
    windows,
    coverage: [],
    config: 'default',
    engine: 'lexicon-1',
  }
  createTelemetry(registry, createSilentLogger()).emitted([
    { topic: 'signals', brand: 'velmora', value: record },
  ])
  const text = await registry.metrics()
  return /^nabiz_scoring_deafness_multiple\{brand="velmora"\} (\S+)$/m.exec(text)?.[1]
}
