import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openEmbeddedStore } from '../store/embedded/embedded-store.ts'
import type { Store } from '../store/index.ts'
import { ManualClock } from '../time/index.ts'
import { readSample, removeSample, sampleKey, sampleTtlMs, writeSamples } from './samples.ts'

let folder: string
let store: Store
let clock: ManualClock

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nabiz-samples-'))
  clock = new ManualClock(1_700_000_000_000)
  store = await openEmbeddedStore({ folder, clock, fsync: false })
})
afterEach(async () => {
  await store.close()
  await rm(folder, { recursive: true, force: true })
})

describe('samples', () => {
  it('are read back until their time is over', async () => {
    await writeSamples(store, [aSample({ permalink: 'https://example.org/1' })])
    expect(await readSample(store, 'webhook', 'm-1')).toEqual({
      text: 'bavulum kayıp',
      permalink: 'https://example.org/1',
      private: false,
    })
    clock.advance(sampleTtlMs + 1)
    expect(await readSample(store, 'webhook', 'm-1')).toBeUndefined()
  })

  it('are gone at once when removed', async () => {
    await writeSamples(store, [aSample()])
    await removeSample(store, 'webhook', 'm-1')
    expect(await readSample(store, 'webhook', 'm-1')).toBeUndefined()
  })

  it('never hold the text of a private mention', async () => {
    await writeSamples(store, [aSample({ private: true })])
    expect(await store.list('sample/')).toEqual([])
  })

  it('have keys of bounded length that differ for different mentions', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), fc.string(), (p1, i1, p2, i2) => {
        expect(new TextEncoder().encode(sampleKey(p1, i1)).length).toBe(71)
        expect(sampleKey(p1, i1) === sampleKey(p2, i2)).toBe(p1 === p2 && i1 === i2)
      }),
    )
  })
})

function aSample(overrides: { private?: boolean; permalink?: string } = {}) {
  return { platform: 'webhook', id: 'm-1', text: 'bavulum kayıp', private: false, ...overrides }
}
