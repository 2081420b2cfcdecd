import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aPrefix } from '../../testing/servers/a-prefix.ts'
import { describeWithRedisServer } from '../../testing/servers/describe-with-redis-server.ts'
import { startRedisCluster } from '../../testing/servers/redis-cluster.ts'
import type { RedisServer } from '../../testing/servers/redis-server.ts'
import { describeStoreContract } from '../../testing/store-contract.ts'
import { aManifest, bytes, text } from '../../testing/store-contract-values.ts'
import { once, startProxy } from './testing-proxy.ts'
import { aConfig, copyOf, eventually, keysOf, openForTest, removeAll, withRedis } from './testing-redis.ts'

describeWithRedisServer('the store on a Redis Cluster of three masters', () => {
  let nodes: RedisServer[]
  let stop: () => Promise<void>
  const urls = () => nodes.map(({ url }) => url)

  beforeAll(async () => {
    const cluster = await startRedisCluster(3)
    nodes = cluster.nodes
    stop = cluster.stop
  })
  afterAll(() => stop())

  /** One node is named; the others are found through it. */
  const config = (prefix: string) =>
    aConfig({ mode: 'cluster', nodes: [`127.0.0.1:${nodes[0]?.port}`], prefix, timeoutMs: 2_000 })

  describeStoreContract('redis cluster', async () => {
    const prefix = aPrefix()
    return {
      open: (clock) => openForTest({ config: config(prefix), clock }),
      copy: () => copyOf(urls(), prefix),
      clear: () => removeAll(urls(), prefix),
    }
  })

  it('spreads values, partitions, leases and queues over all nodes', async () => {
    const prefix = aPrefix()
    const store = await openForTest({ config: config(prefix) })
    const ids = Array.from({ length: 100 }, (_, i) => `id ${i}`)
    await store.setMany(ids.map((key) => ({ key, value: bytes(key), ttlMs: 60_000 })))
    expect((await store.getMany(ids)).map(text)).toEqual(ids)
    expect(await store.list('id ')).toHaveLength(100)
    for (let partition = 0; partition < 20; partition++) {
      const puts = new Map([['v', bytes(String(partition))]])
      const commit = { partition, base: undefined, next: aManifest(), puts }
      expect(await store.partitions('s').commit(commit)).toBe(true)
    }
    await store.schedule(ids.map((id, i) => ({ queue: `q${i % 5}`, id, dueAt: i })))
    expect((await store.due('q3', 100, 100)).map(({ dueAt }) => dueAt % 5)).toEqual(Array(20).fill(3))
    await store.delete(ids)
    expect(await store.list('')).toEqual([])
    for (const url of urls()) expect((await keysOf(url, prefix)).length).toBeGreaterThan(5)
    await store.close()
    await removeAll(urls(), prefix)
  })

  describe('while a slot moves to another node', () => {
    it('loses no write to one key', async () => {
      const prefix = aPrefix()
      const store = await openForTest({ config: config(prefix) })
      await store.set('k', bytes('0'))
      const [name = ''] = await keysOf(urls(), prefix)
      let isOver = false
      let written = 0
      const writing = (async () => {
        while (!isOver) {
          const all = Array.from({ length: 20 }, () => store.set('k', bytes(String(++written))))
          await Promise.all(all)
          expect(text(await store.get('k'))).toBe(String(written))
        }
      })()
      for (let round = 0; round < 6; round++) await moveSlotOf(name)
      isOver = true
      await writing
      expect(text(await store.get('k'))).toBe(String(written))
      expect(written).toBeGreaterThan(100)
      await store.close()
      await removeAll(urls(), prefix)
    })

    it('commits and loads again once it has moved', async () => {
      const prefix = aPrefix()
      const store = await openForTest({ config: config(prefix) })
      const states = store.partitions('s')
      let base = aManifest({ offset: 1 })
      const puts = (offset: number) => new Map(['a', 'b'].map((key) => [key, bytes(`${key}${offset}`)]))
      await states.commit({ partition: 1, base: undefined, next: base, puts: puts(1) })
      for (let offset = 2; offset < 6; offset++) {
        await moveSlotOf((await keysOf(urls(), prefix))[0] ?? '')
        const next = aManifest({ offset })
        expect(await eventually(() => states.commit({ partition: 1, base, next, puts: puts(offset) }))).toBe(
          true,
        )
        base = next
        const { manifest, values } = await states.load(1)
        expect(manifest).toEqual(next)
        expect([...values.values()].map(text)).toEqual([`a${offset}`, `b${offset}`])
      }
      expect(await keysOf(urls(), prefix)).toHaveLength(3)
      await store.close()
      await removeAll(urls(), prefix)
    })

    /** As an operator's resharding does it, for the slot of one key. */
    async function moveSlotOf(key: string): Promise<void> {
      const [first] = nodes
      const slot = await first?.cli('cluster', 'keyslot', key)
      if (slot === undefined) throw new Error('there is no node')
      const ids = await Promise.all(nodes.map((node) => node.cli('cluster', 'myid')))
      const counts = await Promise.all(nodes.map((node) => node.cli('cluster', 'countkeysinslot', slot)))
      const from = counts.findIndex((count) => Number(count) > 0)
      const to = (from + 1) % nodes.length
      const [source, target] = [nodes[from], nodes[to]]
      if (source === undefined || target === undefined) throw new Error(`no node holds slot ${slot}`)
      await target.cli('cluster', 'setslot', slot, 'importing', ids[from] ?? '')
      await source.cli('cluster', 'setslot', slot, 'migrating', ids[to] ?? '')
      await withRedis(source.url, async (redis) => {
        const names = await redis.cluster('GETKEYSINSLOT', Number(slot), 1_000)
        for (const name of names as string[]) await redis.migrate('127.0.0.1', target.port, name, 0, 5_000)
      })
      for (const node of [target, source]) await node.cli('cluster', 'setslot', slot, 'node', ids[to] ?? '')
    }
  })

  it('does not send a call again whose connection broke', async () => {
    const [node] = nodes
    const proxy = await startProxy(node?.url ?? '')
    const prefix = aPrefix()
    // From here on the node tells clients the proxy's address for its own.
    await node?.cli('config', 'set', 'cluster-announce-port', new URL(proxy.url).port)
    const store = await openForTest({ config: { ...config(prefix), nodes: [new URL(proxy.url).host] } })
    proxy.judge = once('expected', 'cutAnswer')
    const tries = Array.from({ length: 30 }, (_, i) => `k${i}`).map(async (key) => {
      const taken = await store.compareAndSet(key, undefined, bytes('1')).catch(() => undefined)
      // True where another node answered; false is what a second sending would bring.
      expect(taken).not.toBe(false)
      return taken
    })
    expect(await Promise.all(tries)).toContain(undefined)
    await node?.cli('config', 'set', 'cluster-announce-port', '0')
    await store.close()
    await proxy.close()
    await removeAll(urls(), prefix)
  })

  it('fails within the timeout while a node is away, and works again once it is back', async () => {
    const prefix = aPrefix()
    const store = await openForTest({ config: config(prefix) })
    await nodes[2]?.cli('config', 'set', 'appendfsync', 'always')
    const ids = Array.from({ length: 60 }, (_, i) => `id ${i}`)
    await store.setMany(ids.map((key) => ({ key, value: bytes(key) })))
    await nodes[2]?.kill()
    const begun = performance.now()
    await expect(store.getMany(ids)).rejects.toMatchObject({ code: 'store_unavailable', retryable: true })
    expect(performance.now() - begun).toBeLessThan(5_000)
    await nodes[2]?.start()
    expect((await eventually(() => store.getMany(ids))).map(text)).toEqual(ids)
    await store.close()
    await removeAll(urls(), prefix)
  })
})
