import { afterEach, beforeEach, expect, it } from 'vitest'
import { aPrefix } from '../../testing/servers/a-prefix.ts'
import { describeWithRedis } from '../../testing/servers/describe-with-redis.ts'
import { aManifest, bytes, pattern, text } from '../../testing/store-contract-values.ts'
import { isSameManifest } from '../check-commit.ts'
import type { Manifest } from '../store.ts'
import type { RedisStore } from './redis-store.ts'
import { type CuttingProxy, once, startProxy, type Verdict } from './testing-proxy.ts'
import { aConfig, keysOf, openForTest, removeAll, withRedis } from './testing-redis.ts'

const away = { code: 'store_unavailable', retryable: true }

describeWithRedis('commits on Redis', ({ url }) => {
  let prefix: string
  let store: RedisStore
  let proxy: CuttingProxy | undefined

  beforeEach(async () => {
    prefix = aPrefix()
    store = await openForTest({ config: aConfig({ url, prefix }) })
  })
  afterEach(async () => {
    await store.close()
    await proxy?.close()
    proxy = undefined
    await removeAll(url, prefix)
  })

  /** Another member's store; through a proxy, where its connection is to be cut. */
  async function another(through?: CuttingProxy): Promise<RedisStore> {
    return openForTest({ config: aConfig({ url: through?.url ?? url, prefix }) })
  }

  /** The state and the pieces of its values, and nothing else. */
  async function expectKeys(pieces: number): Promise<void> {
    const names = await keysOf(url, prefix)
    expect(names.filter((name) => name.includes('}:d:'))).toHaveLength(pieces)
    expect(names.filter((name) => name.includes('}:w'))).toEqual([])
    expect(names).toHaveLength(pieces + 1)
  }

  function sized(count: number, length: number, seed: number): Map<string, Uint8Array> {
    return new Map(Array.from({ length: count }, (_, i) => [`v${i}`, pattern(length, seed + i)]))
  }

  it('lets one of two members win each race, and leaves nothing of the other', async () => {
    const other = await another()
    let base: Manifest | undefined
    for (let round = 1; round <= 30; round++) {
      const nexts = ['a', 'b'].map((writer) => aManifest({ offset: round, writer }))
      const won = await Promise.all(
        [store, other].map((member, i) =>
          member.partitions('s').commit({
            partition: 0,
            base,
            next: nexts[i] as Manifest,
            // Pieces of different numbers and sizes, so that now one, now the other comes first.
            puts: sized(5, (round % 3) * 700_000 * i + 10_000, round * 10 + i),
          }),
        ),
      )
      expect(won.filter(Boolean)).toHaveLength(1)
      base = nexts[won.indexOf(true)]
    }
    const { manifest, values } = await store.partitions('s').load(0)
    expect(manifest).toEqual(base)
    const pieces = [...values.values()].reduce((sum, { length }) => sum + Math.ceil(length / 2 ** 20), 0)
    await expectKeys(pieces)
    await other.close()
  })

  it('clears away what a writer left that died before the swap', async () => {
    const first = aManifest({ offset: 1 })
    await store.partitions('s').commit({ partition: 0, base: undefined, next: first, puts: sized(3, 10, 1) })
    proxy = await startProxy(url)
    const dying = await another(proxy)
    proxy.judge = once('nextManifest', 'cutBefore')
    const puts = sized(4, 1_500_000, 5)
    const next = aManifest({ offset: 2, writer: 'dying' })
    await expect(
      dying.partitions('s').commit({ partition: 0, base: first, next, puts }),
    ).rejects.toMatchObject(away)
    await dying.close()
    expect((await keysOf(url, prefix)).filter((name) => name.includes('}:d:'))).toHaveLength(3 + 8)
    expect((await store.partitions('s').load(0)).manifest).toEqual(first)

    const second = aManifest({ offset: 2 })
    const commit = { partition: 0, base: first, next: second, puts: sized(3, 10, 2) }
    expect(await store.partitions('s').commit(commit)).toBe(true)
    await expectKeys(3)
  })

  it('says that it does not know when the answer is lost, and the manifest tells', async () => {
    proxy = await startProxy(url)
    const cut = await another(proxy)
    proxy.judge = once('nextManifest', 'cutAnswer')
    const next = aManifest({ offset: 1, writer: 'cut' })
    const commit = { partition: 0, base: undefined, next, puts: sized(2, 10, 1) }
    await expect(cut.partitions('s').commit(commit)).rejects.toMatchObject(away)
    proxy.judge = () => 'pass'
    await expect
      .poll(() =>
        cut
          .partitions('s')
          .manifest(0)
          .catch(() => undefined),
      )
      .toEqual(next)
    expect(await cut.partitions('s').commit(commit)).toBe(false)
    expect(isSameManifest(await cut.partitions('s').manifest(0), next)).toBe(true)
    await expectKeys(2)
    await cut.close()
  })

  it('does not send a compare-and-set again whose answer was lost', async () => {
    proxy = await startProxy(url)
    const cut = await another(proxy)
    proxy.judge = once('expected', 'cutAnswer')
    const begun = performance.now()
    await expect(cut.compareAndSet('k', undefined, bytes('1'))).rejects.toMatchObject(away)
    // At once, not when the timeout of 5 s is over.
    expect(performance.now() - begun).toBeLessThan(2_500)
    expect(text(await store.get('k'))).toBe('1')
    await cut.close()
  })

  it('takes no commit of which the server has forgotten a part', async () => {
    proxy = await startProxy(url)
    const unlucky = await another(proxy)
    proxy.judge = async (sent): Promise<Verdict> => {
      if (!sent.includes('nextManifest')) return 'pass'
      // What a failover does that comes between the pieces and the swap.
      const names = await keysOf(url, prefix)
      await withRedis(url, (redis) => redis.unlink(names.filter((name) => name.endsWith(':w'))))
      return 'pass'
    }
    const commit = { partition: 0, base: undefined, next: aManifest(), puts: sized(3, 10, 1) }
    await expect(unlucky.partitions('s').commit(commit)).rejects.toMatchObject(away)
    expect(await keysOf(url, prefix)).toEqual([])
    proxy.judge = () => 'pass'
    expect(await unlucky.partitions('s').commit(commit)).toBe(true)
    await expectKeys(3)
    await unlucky.close()
  })

  it('clears away thousands of values in parts, and what a writer that died left of them', async () => {
    proxy = await startProxy(url)
    const dying = await another(proxy)
    const manifests = [1, 2, 3, 4].map((offset) => aManifest({ offset }))
    const [first, second, third, fourth] = manifests as [Manifest, Manifest, Manifest, Manifest]
    const commit = (base: Manifest | undefined, next: Manifest, puts: Map<string, Uint8Array>) => ({
      partition: 0,
      base,
      next,
      puts,
    })
    await dying.partitions('s').commit(commit(undefined, first, sized(2_500, 10, 1)))
    await dying.partitions('s').commit(commit(first, second, sized(2_500, 10, 2)))
    await expectKeys(2_500)
    proxy.judge = once('LPOP', 'cutBefore')
    expect(await dying.partitions('s').commit(commit(second, third, sized(2_500, 10, 3)))).toBe(true)
    await dying.close()
    expect((await keysOf(url, prefix)).length).toBe(5_002)
    expect((await store.partitions('s').load(0)).values.size).toBe(2_500)
    expect(await store.partitions('s').commit(commit(third, fourth, sized(1, 10, 4)))).toBe(true)
    await expectKeys(2_500)
  })

  it('leaves nothing of a refused commit of thousands of values', async () => {
    const first = aManifest({ offset: 1 })
    const other = await another()
    let racing: Promise<boolean> | undefined
    proxy = await startProxy(url)
    const late = await another(proxy)
    proxy.judge = async (sent): Promise<Verdict> => {
      if (sent.includes('nextManifest'))
        racing ??= other
          .partitions('s')
          .commit({ partition: 0, base: undefined, next: first, puts: sized(1, 10, 1) })
      await racing
      return 'pass'
    }
    const next = aManifest({ offset: 1, writer: 'late' })
    expect(
      await late.partitions('s').commit({ partition: 0, base: undefined, next, puts: sized(2_500, 10, 2) }),
    ).toBe(false)
    await expectKeys(1)
    await Promise.all([late.close(), other.close()])
  })

  it('refuses a writer whose pieces were cleared away while it wrote', async () => {
    proxy = await startProxy(url)
    const slow = await another(proxy)
    const next = aManifest({ offset: 1 })
    let overtaken: Promise<boolean> | undefined
    proxy.judge = (sent) => {
      // Between the announcement and the first pieces.
      if (sent.includes('HEXISTS'))
        overtaken ??= store
          .partitions('s')
          .commit({ partition: 0, base: undefined, next, puts: sized(1, 10, 1) })
      return 'pass'
    }
    const puts = sized(40, 2 ** 20, 1)
    const late = { partition: 0, base: undefined, next: aManifest({ offset: 1, writer: 'slow' }), puts }
    expect(await slow.partitions('s').commit(late)).toBe(false)
    expect(await overtaken).toBe(true)
    await expectKeys(1)
    await slow.close()
  })
})
