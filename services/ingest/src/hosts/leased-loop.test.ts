import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DependencyError } from '@nabiz/shared/errors'
import { createSilentLogger } from '@nabiz/shared/logging'
import { createRegistry } from '@nabiz/shared/metrics'
import { type EmbeddedStore, openEmbeddedStore, type Store } from '@nabiz/shared/store'
import { type Clock, ManualClock, minute, second } from '@nabiz/shared/time'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTelemetry } from '../telemetry.ts'
import { createConditions } from './conditions.ts'
import { createLeasedLoop } from './leased-loop.ts'
import { createPollerHost } from './source-host.ts'

let folder: string
let store: EmbeddedStore
/** The store's clock, and that of a replica whose clock is right. */
let clock: ManualClock
const stopping: (() => Promise<void>)[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nabiz-lease-'))
  clock = new ManualClock(Date.UTC(2026, 10, 2))
  store = await openEmbeddedStore({ folder, clock, fsync: false })
})
afterEach(async () => {
  for (const stop of stopping.splice(0)) await stop()
  await store.close()
  await rm(folder, { recursive: true })
})

describe('a loop under a lease', () => {
  it('is not taken from its holder by a replica whose clock is ten minutes fast', async () => {
    const one = await aReplica('one')
    const fast = await aReplica('fast', { now: () => clock.now() + 10 * minute })
    await advance(2 * minute)
    expect([one.isWorking(), fast.isWorking()]).toEqual([true, false])
    await one.stop()
    await advance(10 * second)
    expect([one.isWorking(), fast.isWorking()]).toEqual([false, true])
    const other = await aReplica('other')
    await advance(2 * minute)
    expect([fast.isWorking(), other.isWorking()]).toEqual([true, false])
  })

  it('stops before its lease ends when the store cannot be reached, also with a clock that was set back', async () => {
    for (const backMs of [0, 10 * minute]) {
      let setBack = 0
      let isAway = false
      const one = await aReplica('one', { now: () => clock.now() - setBack }, () => isAway)
      await advance(15 * second)
      expect(one.isWorking()).toBe(true)
      isAway = true
      setBack = backMs
      await advance(30 * second)
      expect(one.isWorking()).toBe(false)
      isAway = false
      await one.stop()
    }
  })
})

describe('a poller on two replicas', () => {
  it('is spoken for by the one that polls; the one that waits says nothing of it', async () => {
    const [one, other] = [createConditions(clock, () => undefined), createConditions(clock, () => undefined)]
    for (const [holder, conditions] of [
      ['one', one],
      ['other', other],
    ] as const) {
      const host = createPollerHost(
        {
          way: 'poller',
          intervalMs: second,
          poll: async () => ({ delivery: { items: [] }, cursor: undefined, more: false }),
        },
        {
          platform: 'test',
          account: 'main',
          store,
          clock,
          random: () => 0.5,
          conditions,
          telemetry: createTelemetry(createRegistry(), createSilentLogger()),
          holder,
          accept: async () => ({ received: 0, passed: 0, mentions: 0, dropped: {}, deadLettered: 0 }),
        },
      )
      stopping.push(host.stop)
      await host.start()
      await advance(second)
    }
    await advance(30 * second)
    expect(one.current()).toMatchObject([{ condition: 'ok' }])
    expect(other.current()).toEqual([])
    await stopping.shift()?.()
    await advance(10 * second)
    expect(one.current()).toEqual([])
    expect(other.current()).toMatchObject([{ condition: 'ok' }])
  })
})

async function aReplica(holder: string, own: Pick<Clock, 'now'> = clock, isAway = () => false) {
  let isWorking = false
  const away = () => new DependencyError('store_unavailable', 'away', { retryable: true })
  const reached: Store = Object.assign(Object.create(store) as Store, {
    acquireLease: async (name: string, by: string, ttlMs: number) => {
      if (isAway()) throw away()
      return store.acquireLease(name, by, ttlMs)
    },
    renewLease: async (...args: Parameters<Store['renewLease']>) => {
      if (isAway()) throw away()
      return store.renewLease(...args)
    },
    releaseLease: async (...args: Parameters<Store['releaseLease']>) => store.releaseLease(...args),
  })
  const loop = createLeasedLoop({
    store: reached,
    clock: { now: own.now.bind(own), sleep: (ms, signal) => clock.sleep(ms, signal) },
    name: 'source/test',
    holder,
    async work(signal) {
      isWorking = true
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      isWorking = false
    },
    onError: () => undefined,
  })
  stopping.push(loop.stop)
  await loop.start()
  await advance(0)
  return { stop: loop.stop, isWorking: () => isWorking }
}

async function advance(ms: number): Promise<void> {
  const end = clock.now() + ms
  await settle()
  while (clock.now() < end) {
    clock.advance(second)
    await settle()
  }
}

/** Lets store writes and what waits for them happen. */
async function settle(): Promise<void> {
  for (let i = 0; i < 3; i += 1) await store.compareAndSet('settle', undefined, undefined)
  await new Promise((resolve) => setImmediate(resolve))
}
