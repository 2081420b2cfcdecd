import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../../time/index.ts'
import { type EmbeddedStore, openEmbeddedStore } from './embedded-store.ts'

let folder: string
let clock: ManualClock
let store: EmbeddedStore

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nabiz-store-'))
  clock = new ManualClock(1_000_000)
  store = await openEmbeddedStore({ folder, clock, fsync: false })
})

afterEach(async () => {
  await store.close()
  await rm(folder, { recursive: true, force: true })
})

describe('sweep', () => {
  it('takes at most so many rows at a time and ends when none is left', async () => {
    for (const entry of many('k', 25, 10)) await store.setMany([entry])
    expect(await store.sweep(10)).toBe(0)
    clock.advance(10)
    expect([await store.sweep(10), await store.sweep(10), await store.sweep(10)]).toEqual([10, 10, 5])
    expect(await store.sweep(10)).toBe(0)
  })

  it('takes what was written together a part at a time, and what was written again in the same moment', async () => {
    await store.setMany(many('k', 200, 10))
    await store.setMany(many('k', 2, 10))
    clock.advance(10)
    const cleared: number[] = []
    do cleared.push(await store.sweep(10))
    while (cleared.at(-1) !== 0)
    expect(Math.max(...cleared)).toBeLessThanOrEqual(10 + 66)
    // The two are named twice, and gone the second time.
    expect(cleared.reduce((sum, count) => sum + count, 0)).toBe(202)
    expect(await store.list('')).toEqual([])
  })

  it('leaves alone what was given more time, or none to expire at', async () => {
    await store.setMany(many('k', 3, 10))
    await store.set('k0', Buffer.from('longer'), { ttlMs: 100 })
    await store.set('k1', Buffer.from('for good'))
    clock.advance(10)
    await store.sweep()
    expect((await store.list('')).map(({ key }) => key)).toEqual(['k0', 'k1'])
    clock.advance(90)
    await store.sweep()
    expect((await store.list('')).map(({ key }) => key)).toEqual(['k1'])
  })

  it('does not end a lease that was renewed, nor lower the tokens after one that ended', async () => {
    const lease = await store.acquireLease('l', 'a', 10)
    if (lease === undefined) throw new Error('no lease')
    clock.advance(5)
    await store.renewLease(lease, 10)
    clock.advance(5)
    expect(await store.sweep()).toBe(1)
    expect(await store.renewLease(lease, 10)).toBe(true)
    clock.advance(1_000)
    await store.sweep()
    expect((await store.acquireLease('l', 'b', 10))?.token).toBeGreaterThan(lease.token)
  })

  it('gives the room of expired rows back to new ones', async () => {
    const sizes: number[] = []
    for (let round = 0; round < 12; round++) {
      await store.setMany(many(`round-${round}-`, 5_000, 10))
      clock.advance(10)
      while ((await store.sweep()) > 0);
      sizes.push((await stat(join(folder, 'store.mdb'))).size)
    }
    expect(sizes.at(-1)).toBeLessThanOrEqual((sizes[3] ?? 0) * 1.2)
  })
})

function many(prefix: string, count: number, ttlMs: number) {
  return Array.from({ length: count }, (_, i) => ({ key: `${prefix}${i}`, value: new Uint8Array(20), ttlMs }))
}
