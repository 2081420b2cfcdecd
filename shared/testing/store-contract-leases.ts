import { describe, expect, it } from 'vitest'
import type { DueTime, Lease } from '../store/index.ts'
import type { StoreBench } from './store-contract.ts'

export function describeLeasesAndTimers(bench: StoreBench): void {
  async function acquired(name: string, holder: string, ttlMs: number): Promise<Lease> {
    const lease = await bench.store().acquireLease(name, holder, ttlMs)
    if (lease === undefined) throw new Error(`${holder} did not get ${name}`)
    return lease
  }

  describe('leases', () => {
    it('keeps others out while it runs, after a restart too', async () => {
      const lease = await acquired('sender', 'a', 1_000)
      expect(lease).toMatchObject({ name: 'sender', holder: 'a', expiresAt: bench.clock().now() + 1_000 })
      expect(await bench.store().acquireLease('sender', 'b', 1_000)).toBeUndefined()
      bench.clock().advance(999)
      const store = await bench.reopen()
      expect(await store.acquireLease('sender', 'b', 1_000)).toBeUndefined()
      expect(await store.acquireLease('another', 'b', 1_000)).toBeDefined()
    })

    it('gives the same holder its lease again, prolonged, with the same token', async () => {
      const first = await acquired('sender', 'a', 1_000)
      bench.clock().advance(600)
      const again = await acquired('sender', 'a', 1_000)
      expect(again).toEqual({ ...first, expiresAt: first.expiresAt + 600 })
      bench.clock().advance(600)
      expect(await bench.store().acquireLease('sender', 'b', 1_000)).toBeUndefined()
    })

    it('lets another in when it has expired, with a greater token', async () => {
      const first = await acquired('sender', 'a', 1_000)
      bench.clock().advance(1_000)
      const second = await acquired('sender', 'b', 1_000)
      expect(second.token).toBeGreaterThan(first.token)
    })

    it('gives greater tokens after a release, an expiry and a restart', async () => {
      const tokens: number[] = []
      for (let round = 0; round < 3; round++) {
        const lease = await acquired('sender', 'a', 1_000)
        tokens.push(lease.token)
        await bench.store().releaseLease(lease)
        tokens.push((await acquired('sender', 'b', 1_000)).token)
        bench.clock().advance(1_000_000)
        await bench.reopen()
      }
      expect(tokens).toEqual([...new Set(tokens)].sort((x, y) => x - y))
    })

    it('gives a holder whose lease has expired a greater token, not its old one', async () => {
      const first = await acquired('sender', 'a', 1_000)
      bench.clock().advance(1_000)
      expect((await acquired('sender', 'a', 1_000)).token).toBeGreaterThan(first.token)
    })

    it('renews while it runs and says so when it was lost', async () => {
      const lease = await acquired('sender', 'a', 1_000)
      bench.clock().advance(900)
      expect(await bench.store().renewLease(lease, 1_000)).toBe(true)
      bench.clock().advance(900)
      expect(await bench.store().renewLease(lease, 1_000)).toBe(true)
      bench.clock().advance(1_000)
      expect(await bench.store().renewLease(lease, 1_000)).toBe(false)
      await acquired('sender', 'b', 1_000)
      expect(await bench.store().renewLease(lease, 1_000)).toBe(false)
    })

    it('is not renewed by the same holder’s earlier token', async () => {
      const old = await acquired('sender', 'a', 1_000)
      bench.clock().advance(1_000)
      await acquired('sender', 'a', 1_000)
      expect(await bench.store().renewLease(old, 1_000)).toBe(false)
    })

    it('is free at once after a release, and a stale release does nothing to the new holder', async () => {
      const first = await acquired('sender', 'a', 1_000)
      await bench.store().releaseLease(first)
      expect(await bench.store().renewLease(first, 1_000)).toBe(false)
      const second = await acquired('sender', 'b', 1_000)
      await bench.store().releaseLease(first)
      expect(await bench.store().acquireLease('sender', 'c', 1_000)).toBeUndefined()
      expect(await bench.store().renewLease(second, 1_000)).toBe(true)
    })

    it('is got by exactly one of 50 concurrent callers', async () => {
      const tries = await Promise.all(
        Array.from({ length: 50 }, (_, i) => bench.store().acquireLease('sender', `holder ${i}`, 1_000)),
      )
      expect(tries.filter((lease) => lease !== undefined)).toHaveLength(1)
    })
  })

  describe('timers', () => {
    const at = (id: string, dueAt: number, queue = 'escalation'): DueTime => ({ queue, id, dueAt })

    async function ids(now: number, limit = 100, queue = 'escalation'): Promise<string[]> {
      return (await bench.store().due(queue, now, limit)).map(({ id }) => id)
    }

    it('gives what is due at or before a time, earliest first, at most so many, again and again', async () => {
      await bench.store().schedule([at('c', 300), at('a', 100), at('d', 1e13), at('b', 200), at('b2', 200)])
      expect(await bench.store().due('escalation', 200, 10)).toEqual([
        at('a', 100),
        at('b', 200),
        at('b2', 200),
      ])
      expect(await ids(199)).toEqual(['a'])
      expect(await ids(99)).toEqual([])
      expect(await ids(1e13, 2)).toEqual(['a', 'b'])
      expect(await ids(1e13)).toEqual(['a', 'b', 'b2', 'c', 'd'])
      expect(await ids(1e13, 0)).toEqual([])
    })

    it('orders times before 1970, broken ones and very late ones as numbers', async () => {
      const times = [-1e12, -1, -0.5, 0, 0.25, 1, 2 ** 40, 2 ** 53]
      await bench.store().schedule(times.toReversed().map((time) => at(`t${time}`, time)))
      const found = await bench.store().due('escalation', 2 ** 53, 100)
      expect(found.map(({ dueAt }) => dueAt)).toEqual(times)
    })

    it('moves a timer that is scheduled again, within one write too', async () => {
      await bench.store().schedule([at('a', 100), at('b', 150)])
      await bench.store().schedule([at('a', 300), at('a', 200)])
      expect(await ids(199)).toEqual(['b'])
      expect(await bench.store().due('escalation', 1_000, 10)).toEqual([at('b', 150), at('a', 200)])
    })

    it('forgets an unscheduled timer and no other', async () => {
      await bench.store().schedule([at('a', 100), at('a', 100, 'other'), at('ab', 100)])
      await bench.store().unschedule([
        { queue: 'escalation', id: 'a' },
        { queue: 'escalation', id: 'none' },
      ])
      expect(await ids(1_000)).toEqual(['ab'])
      expect(await ids(1_000, 10, 'other')).toEqual(['a'])
    })

    it('keeps queues apart whose names begin alike', async () => {
      await bench.store().schedule([at('bc', 1, 'a'), at('c', 1, 'ab'), at('x', 1, 'a:b')])
      expect(await ids(10, 10, 'a')).toEqual(['bc'])
      expect(await ids(10, 10, 'ab')).toEqual(['c'])
      expect(await ids(10, 10, 'a:b')).toEqual(['x'])
    })

    it('keeps timers over a restart', async () => {
      await bench.store().schedule([at('b', 200), at('a', 100)])
      await bench.reopen()
      expect(await ids(1_000)).toEqual(['a', 'b'])
    })

    it('refuses a time that is no number, and an id that is no key', async () => {
      await expect(bench.store().schedule([at('a', Number.NaN)])).rejects.toThrow('dueAt')
      await expect(bench.store().schedule([at('a'.repeat(513), 1)])).rejects.toThrow('512')
    })
  })
}
