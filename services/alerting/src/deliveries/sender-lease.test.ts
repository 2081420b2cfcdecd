import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EmbeddedStore, openEmbeddedStore } from '@nabiz/shared/store'
import { ManualClock, minute, second } from '@nabiz/shared/time'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createSenderLeases } from './sender-lease.ts'

let folder: string
let store: EmbeddedStore
/** The store's. */
let clock: ManualClock

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nabiz-sender-lease-'))
  clock = new ManualClock(Date.UTC(2026, 10, 2))
  store = await openEmbeddedStore({ folder, clock, fsync: false })
})
afterEach(async () => {
  await store.close()
  await rm(folder, { recursive: true })
})

describe('createSenderLeases', () => {
  it('lets one member send, whatever the clocks of the others say', async () => {
    const one = aMember('one')
    const fast = aMember('fast', 10 * minute)
    expect((await one.leases.right(3)).kind).toBe('held')
    expect((await fast.leases.right(3)).kind).toBe('other')
    expect((await fast.leases.right(4)).kind).toBe('held')
    clock.advance(20 * second)
    expect((await one.leases.right(3)).kind).toBe('held')
    clock.advance(20 * second)
    expect((await fast.leases.right(3)).kind).toBe('other')
    await one.leases.release(3)
    expect((await fast.leases.right(3)).kind).toBe('held')
  })

  it('does not believe a lease that ended because its own clock was set back', async () => {
    const one = aMember('one')
    const other = aMember('other')
    expect((await one.leases.right(3)).kind).toBe('held')
    one.move(-10 * minute)
    clock.advance(31 * second)
    expect((await other.leases.right(3)).kind).toBe('held')
    expect((await one.leases.right(3)).kind).toBe('other')
  })
})

function aMember(name: string, aheadMs = 0) {
  let ahead = aheadMs
  const own = { now: () => clock.now() + ahead, sleep: clock.sleep.bind(clock) }
  const fail = (err: unknown) => {
    throw err
  }
  return {
    leases: createSenderLeases(store, own, name, fail),
    move: (ms: number) => {
      ahead += ms
    },
  }
}
