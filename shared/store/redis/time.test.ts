import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { aPrefix } from '../../testing/servers/a-prefix.ts'
import { describeWithRedis } from '../../testing/servers/describe-with-redis.ts'
import { bytes, text } from '../../testing/store-contract-values.ts'
import { ManualClock } from '../../time/index.ts'
import type { RedisStore } from './redis-store.ts'
import { aConfig, keysOf, openForTest, removeAll, withRedis } from './testing-redis.ts'

describeWithRedis('time on Redis', ({ url }) => {
  let prefix: string
  let store: RedisStore

  beforeEach(async () => {
    prefix = aPrefix()
    store = await openForTest({ config: aConfig({ url, prefix }) })
  })
  afterEach(async () => {
    vi.useRealTimers()
    await store.close()
    await removeAll(url, prefix)
  })

  async function serverTime(): Promise<number> {
    const [seconds, micros] = await withRedis(url, (redis) => redis.time())
    return Number(seconds) * 1_000 + Number(micros) / 1_000
  }

  it('is the server’s: a member whose clock is ten minutes fast neither takes leases nor forgets', async () => {
    const before = await serverTime()
    const lease = await store.acquireLease('l', 'a', 60_000)
    expect(lease?.expiresAt).toBeGreaterThanOrEqual(Math.floor(before) + 60_000)
    expect(lease?.expiresAt).toBeLessThanOrEqual((await serverTime()) + 60_000)
    await store.set('k', bytes('1'), { ttlMs: 60_000 })
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 600_000 })
    const fast = await openForTest({ config: aConfig({ url, prefix }) })
    expect(await fast.acquireLease('l', 'b', 60_000)).toBeUndefined()
    expect(text(await fast.get('k'))).toBe('1')
    expect(await fast.compareAndSet('k', undefined, bytes('2'))).toBe(false)
    await fast.close()
  })

  it('ends values and leases by itself', async () => {
    await store.setMany([{ key: 'short', value: bytes('1'), ttlMs: 100 }])
    expect(await store.acquireLease('l', 'a', 100)).toBeDefined()
    await expect.poll(() => store.get('short')).toBeUndefined()
    await expect.poll(() => store.acquireLease('l', 'b', 100)).toBeDefined()
  })

  it('leaves it to Redis to make room, ten minutes after a value’s end', async () => {
    await store.set('k', bytes('1'), { ttlMs: 1_000 })
    await store.set('for good', bytes('1'))
    const names = await keysOf(url, prefix)
    const left = await withRedis(url, (redis) => Promise.all(names.map((name) => redis.pttl(name))))
    expect(left.filter((ms) => ms === -1)).toHaveLength(1)
    expect(Math.max(...left)).toBeGreaterThan(590_000)
    expect(Math.max(...left)).toBeLessThanOrEqual(601_000)
  })

  it('takes any length of life a number can say', async () => {
    await store.set('k', bytes('1'), { ttlMs: Number.MAX_VALUE })
    await store.set('f', bytes('1'), { ttlMs: 60_000.5 })
    expect((await store.getMany(['k', 'f'])).map(text)).toEqual(['1', '1'])
  })

  it('is the caller’s where one hands a clock in', async () => {
    const clock = new ManualClock(5)
    const early = await openForTest({ config: aConfig({ url, prefix }), clock })
    await early.set('k', bytes('1'), { ttlMs: 10 })
    clock.advance(9)
    expect(text(await early.get('k'))).toBe('1')
    clock.advance(1)
    expect(await early.get('k')).toBeUndefined()
    expect((await early.acquireLease('l', 'a', 5))?.expiresAt).toBe(20)
    await early.close()
  })
})
