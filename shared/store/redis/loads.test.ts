import { afterEach, beforeEach, expect, it } from 'vitest'
import { aPrefix } from '../../testing/servers/a-prefix.ts'
import { describeWithRedis } from '../../testing/servers/describe-with-redis.ts'
import { aManifest, pattern } from '../../testing/store-contract-values.ts'
import type { Manifest } from '../store.ts'
import type { RedisStore } from './redis-store.ts'
import { aConfig, keysOf, openForTest, removeAll, withRedis } from './testing-redis.ts'

describeWithRedis('loading from Redis', ({ url }) => {
  let prefix: string
  let store: RedisStore

  beforeEach(async () => {
    prefix = aPrefix()
    store = await openForTest({ config: aConfig({ url, prefix }) })
  })
  afterEach(async () => {
    await store.close()
    await removeAll(url, prefix)
  })

  it('loads whole states while commits go on, each as it stood at one moment', async () => {
    const writer = await openForTest({ config: aConfig({ url, prefix }) })
    const names = Array.from({ length: 60 }, (_, i) => `v${i}`)
    /** By offset: which offset last wrote each name. */
    const history = new Map<number, Map<string, number>>()
    let isOver = false
    const writing = (async () => {
      let base: Manifest | undefined
      let state = new Map<string, number>()
      for (let offset = 1; !isOver; offset++) {
        const next = aManifest({ offset })
        const changed = base === undefined ? names : names.filter((_, i) => (i * 7 + offset) % 5 === 0)
        state = new Map([...state, ...changed.map((name): [string, number] => [name, offset])])
        history.set(offset, state)
        const puts = new Map(changed.map((name) => [name, pattern(30_000, offset)]))
        expect(await writer.partitions('s').commit({ partition: 0, base, next, puts })).toBe(true)
        base = next
      }
    })()
    let loads = 0
    const offsets = new Set<number>()
    while (loads < 25) {
      const { manifest, values } = await store.partitions('s').load(0)
      if (manifest === undefined) continue
      const expected = history.get(manifest.offset)
      expect([...values.keys()].sort()).toEqual([...names].sort())
      for (const [name, value] of values)
        expect(Buffer.compare(value, pattern(30_000, expected?.get(name)))).toBe(0)
      offsets.add(manifest.offset)
      loads++
    }
    isOver = true
    await writing
    expect(offsets.size).toBeGreaterThan(5)
    // The state and a piece for each name.
    expect(await keysOf(url, prefix)).toHaveLength(61)
    await writer.close()
  })

  it('does not hand out a state of which a piece is gone, and says what to do', async () => {
    const next = aManifest({ offset: 1 })
    await store.partitions('s').commit({ partition: 7, base: undefined, next, puts: three })
    const [piece = ''] = (await keysOf(url, prefix)).filter((name) => name.includes('}:d:'))
    await withRedis(url, (redis) => redis.unlink(piece))
    await expect(store.partitions('s').load(7)).rejects.toMatchObject({
      code: 'store_unavailable',
      retryable: false,
      message: expect.stringMatching(/partition 7.*restore/),
    })
  })

  it('keeps stages apart whose names look like parts of keys', async () => {
    const stages = ['a', 'a}', '{a', 'a/1', 'a%7D', 'ş:s']
    for (const [i, stage] of stages.entries())
      await store
        .partitions(stage)
        .commit({ partition: 1, base: undefined, next: aManifest({ offset: i }), puts: three })
    for (const [i, stage] of stages.entries())
      expect((await store.partitions(stage).manifest(1))?.offset).toBe(i)
    expect(await keysOf(url, prefix)).toHaveLength(4 * stages.length)
  })
})

const three = new Map(['a', 'b', 'c'].map((name) => [name, pattern(10)]))
