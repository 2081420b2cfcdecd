import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SignalRecord } from '@nabiz/shared/contracts'
import { createSilentLogger } from '@nabiz/shared/logging'
import { ManualClock } from '@nabiz/shared/time'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Drivers, openDrivers } from '../drivers.ts'
import { drawBrandStatus, readBrandStatus, type UnreadableSignal } from './brand-status.ts'

const at = Date.UTC(2026, 2, 3, 12)
let folder = ''
let drivers: Drivers

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nabiz-status-'))
  const clock = new ManualClock(at)
  drivers = await openDrivers({ dataDir: folder, fsync: false, clock, logger: createSilentLogger() })
})
afterEach(async () => {
  await drivers.close()
  await rm(folder, { recursive: true, force: true })
})

it('says of each brand what its latest signals say, the loudest first', async () => {
  await tell(
    aRecord({ severity: 3, state: 'firing', at: at - 60_000 }),
    aRecord({ severity: 0.2, state: 'ok' }),
    aRecord({ severity: 9, state: 'firing', shadow: true }),
    aRecord({ signal: 'negative', severity: 0.7, projection: { severity: 1, at: at + 240_000 } }),
  )
  expect(await readBrandStatus(drivers.log, refuse)).toEqual([
    {
      brand: 'velmora',
      state: 'ok',
      signal: 'negative',
      severity: 0.7,
      historyDays: 5.5,
      unseen: [],
      limitedBy: null,
      projectedPageAt: at + 240_000,
      at,
    },
  ])
})

it('shows how far a brand has warmed, what was not seen and why, and why a storm is a warning', async () => {
  const limit = { by: 'few_authors' as const, severity: 4, authors: 2 }
  await tell(
    aRecord({
      brand: 'lorvex',
      state: 'warming',
      severity: 0.99,
      history: { phase: 'none', days: 0.4 },
      windows: [{ minutes: 60, value: 9, expected: 1, sigma: 1, z: 8, severity: 0.99, limit }],
      coverage: [
        { platform: 'telegram', observed: 0.5, reason: 'token refused' },
        { platform: 'x', observed: 1 },
      ],
    }),
  )
  const table = drawBrandStatus(await readBrandStatus(drivers.log, refuse))
  expect(table).toMatch(/lorvex +warming +0\.99 +volume +0\.4 of 14 days/)
  expect(table).toContain('not telegram for 30 of 60 minutes (token refused)')
  expect(table).toContain('few authors')
})

it('calls a brand by its most urgent state, and sorts brands by name', async () => {
  await tell(
    aRecord({ brand: 'velmora', state: 'blind' }),
    aRecord({ brand: 'velmora', signal: 'reach', state: 'firing', severity: 1.4 }),
    aRecord({ brand: 'arden' }),
  )
  const rows = await readBrandStatus(drivers.log, refuse)
  expect(rows.map(({ brand, state }) => [brand, state])).toEqual([
    ['arden', 'ok'],
    ['velmora', 'firing'],
  ])
})

it('says so when no brand has told anything', async () => {
  expect(drawBrandStatus(await readBrandStatus(drivers.log, refuse))).toBe('no brand has told a signal yet\n')
})

it('passes over records that cannot be read, says which, and goes on', async () => {
  await tell(aRecord({ brand: 'arden' }))
  const unreadable = ['{"v":', JSON.stringify({ ...aRecord({ brand: 'arden' }), severity: 'high' })]
  await drivers.log.append(
    unreadable.map((text) => ({ topic: 'signals' as const, key: 'arden', value: Buffer.from(text) })),
  )
  await tell(aRecord({ brand: 'arden', severity: 0.4 }))
  const told: UnreadableSignal[] = []
  const rows = await readBrandStatus(drivers.log, (record) => told.push(record))
  expect(rows).toMatchObject([{ brand: 'arden', severity: 0.4 }])
  expect(told.map(({ offset, reason }) => [offset, reason])).toEqual([
    [1, 'no JSON'],
    [2, expect.stringMatching(/^severity: /)],
  ])
})

function refuse({ reason }: UnreadableSignal): void {
  throw new Error(reason)
}

function aRecord(fields: Partial<SignalRecord>): SignalRecord {
  return {
    v: 1,
    id: 's1',
    brand: 'velmora',
    signal: 'volume',
    at,
    state: 'ok',
    severity: 0,
    windows: [],
    coverage: [],
    history: { phase: 'full', days: 5.5 },
    config: 'default',
    engine: 'lexicon-1',
    ...fields,
  }
}

async function tell(...records: SignalRecord[]): Promise<void> {
  await drivers.log.append(
    records.map((record) => ({
      topic: 'signals' as const,
      key: record.brand,
      value: Buffer.from(JSON.stringify(record)),
    })),
  )
}
