import type { SignalRecord } from '@nabiz/shared/contracts'
import pc from 'picocolors'
import { describe, expect, it } from 'vitest'
import { describeState, statusLine } from './wording.ts'

const plain = pc.createColors(false)

describe('describeState', () => {
  it.each([
    ['ok', 0.2, 'calm'],
    ['warming', 0, 'calm'],
    ['ok', 0.86, 'rising 0.9'],
    ['pending', 1.1, 'is it real? 1.1'],
    ['firing', 2.4, 'CRISIS 2.4'],
    ['recovering', 0.4, 'recovering 0.4'],
    ['blind', 0, 'not seen'],
  ] as const)('calls %s at %s: %s', (state, severity, text) =>
    expect(describeState([aRecord({ state, severity })], plain)).toBe(text),
  )

  it('shows the worst of a brand’s signals', () => {
    const records = [
      aRecord({ severity: 0.3 }),
      aRecord({ signal: 'negative', state: 'firing', severity: 3 }),
    ]
    expect(describeState(records, plain)).toBe('CRISIS 3.0')
  })
})

describe('statusLine', () => {
  it('sets new mentions beside what an hour’s expectation says for the same seconds', () => {
    const window = { minutes: 60, value: 40, expected: 72, sigma: 8, z: -4, severity: 0 } as const
    expect(
      statusLine(
        [{ id: 'kuzey', name: 'Kuzey Air' }],
        () => 3,
        () => [aRecord({ windows: [window] })],
        10,
        plain,
      ),
    ).toBe('Kuzey Air  3 (usual 0.2) calm')
  })
})

function aRecord(overrides: Partial<SignalRecord>): SignalRecord {
  return {
    v: 1,
    id: 'x',
    brand: 'kuzey',
    signal: 'volume',
    at: 0,
    state: 'ok',
    severity: 0,
    windows: [],
    coverage: [],
    config: 'c',
    engine: 'e',
    ...overrides,
  }
}
