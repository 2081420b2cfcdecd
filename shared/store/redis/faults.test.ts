import { readdir, readFile, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import { DependencyError } from '../../errors/index.ts'
import { describeWithRedisServer } from '../../testing/servers/describe-with-redis-server.ts'
import { type RedisServer, type RedisServerOptions, startRedis } from '../../testing/servers/redis-server.ts'
import { aManifest, bytes, pattern, text } from '../../testing/store-contract-values.ts'
import type { Manifest } from '../store.ts'
import type { RedisStore } from './redis-store.ts'
import { once, startProxy } from './testing-proxy.ts'
import { aConfig, eventually, keysOf, openForTest } from './testing-redis.ts'

const timeoutMs = 800

describeWithRedisServer('the store on Redis, when its server fails', () => {
  let server: RedisServer | undefined
  let store: RedisStore | undefined

  async function started(options: RedisServerOptions = {}, within = timeoutMs) {
    server = await startRedis(options)
    store = await openForTest({ config: aConfig({ url: server.url, timeoutMs: within }) })
    return { server, store }
  }

  afterEach(async () => {
    await store?.close()
    await server?.stop()
  })

  it('answers within the timeout while the server hangs, and works again by itself', async () => {
    const { server, store } = await started()
    await store.set('k', bytes('before'))
    server.pause()
    const begun = performance.now()
    const calls = [store.get('k'), store.set('k', bytes('late')), store.partitions('s').load(0)]
    for (const call of calls) await expect(call).rejects.toMatchObject(away)
    await expect(store.get('k')).rejects.toMatchObject(away)
    expect(performance.now() - begun).toBeLessThan(4 * timeoutMs)
    server.resume()
    await eventually(() => store.get('k'))
    await store.set('k', bytes('after'))
    expect(text(await store.get('k'))).toBe('after')
  })

  it('never carries out later what it gave up', async () => {
    const { server, store } = await started()
    await store.set('k', bytes('before'))
    server.pause()
    const late = store.set('k', bytes('late'))
    const lease = store.acquireLease('l', 'late', 60_000)
    await expect(late).rejects.toMatchObject(away)
    await expect(lease).rejects.toMatchObject(away)
    // The calls wait in the server's socket; it reads them when it goes on.
    await sleep(timeoutMs)
    server.resume()
    await eventually(() => store.set('other', bytes('1')))
    expect(text(await store.get('k'))).toBe('before')
    expect((await store.acquireLease('l', 'in time', 1_000))?.holder).toBe('in time')
  })

  it('gives up a connection on which nothing comes back any more, and makes a new one', async () => {
    const { server } = await started()
    const proxy = await startProxy(server.url)
    const behind = await openForTest({ config: aConfig({ url: proxy.url, timeoutMs }) })
    proxy.judge = once('SET', 'lose')
    await expect(behind.set('k', bytes('1'))).rejects.toMatchObject(away)
    await eventually(() => behind.set('k', bytes('2')))
    expect(text(await behind.get('k'))).toBe('2')
    await behind.close()
    await proxy.close()
  })

  it('bounds what waits in memory for a server that hangs', async () => {
    const { server, store } = await started()
    server.pause()
    const value = new Uint8Array(2 ** 20)
    const writes = Array.from({ length: 120 }, (_, i) => store.set(`k${i}`, value))
    const results = await Promise.allSettled(writes)
    const reasons = results.map((result) => (result.status === 'rejected' ? result.reason : undefined))
    for (const reason of reasons) expect(reason).toMatchObject(away)
    expect(reasons.filter((reason) => /already wait/.test(String(reason)))).toHaveLength(120 - 79)
    server.resume()
    await eventually(() => store.get('k'))
  })

  it('keeps every acknowledged write over restarts and kills under load', async () => {
    const { server, store } = await started({ appendfsync: 'always' })
    let isOver = false
    const acknowledged = new Map<string, string>()
    let last: Manifest | undefined
    const writers = Array.from({ length: 4 }, async (_, writer) => {
      for (let i = 0; !isOver; i++) {
        const key = `k${writer}`
        const done = await store.set(key, bytes(String(i))).then(
          () => true,
          () => sleep(5).then(() => false),
        )
        if (done) acknowledged.set(key, String(i))
      }
    })
    const committer = (async () => {
      for (let offset = 1; !isOver; offset++) {
        const next = aManifest({ offset })
        const puts = new Map([['v', pattern(30_000, offset)]])
        const commit = { partition: 0, base: last, next, puts }
        const taken = await store
          .partitions('s')
          .commit(commit)
          .catch(() => false)
        // As the services do: an answer that was lost may have been a yes.
        const stands = taken ? next : await eventually(() => store.partitions('s').manifest(0))
        if (last !== undefined) expect(stands?.offset).toBeGreaterThanOrEqual(last.offset)
        last = stands
      }
    })()
    await sleep(200)
    await server.restart()
    await eventually(() => store.get('k'))
    await sleep(200)
    await server.kill()
    await sleep(50)
    await server.start()
    await eventually(() => store.get('k'))
    await sleep(200)
    isOver = true
    await Promise.all([...writers, committer])
    await server.kill()
    await server.start()
    for (const [key, value] of acknowledged) {
      const found = Number(text(await eventually(() => store.get(key))))
      // The last one may have been taken without its answer.
      expect(found - Number(value)).toBeGreaterThanOrEqual(0)
    }
    expect(acknowledged.size).toBe(4)
    const { manifest, values } = await store.partitions('s').load(0)
    expect(manifest).toEqual(last)
    expect(Buffer.compare(values.get('v') ?? bytes(''), pattern(30_000, manifest?.offset))).toBe(0)
  })

  it('has an earlier state, whole, when the server lost its tail, and tokens that still grow', async () => {
    const { server, store } = await started({ appendfsync: 'always' })
    const states = store.partitions('s')
    let base: Manifest | undefined
    const tokens: number[] = []
    for (let offset = 1; offset <= 30; offset++) {
      const next = aManifest({ offset })
      const puts = new Map(['a', 'b', 'c'].map((name, i) => [name, pattern(400 * (i + 1), offset)]))
      expect(await states.commit({ partition: 0, base, next, puts })).toBe(true)
      base = next
      const lease = await store.acquireLease('l', `holder ${offset}`, 1_000)
      tokens.push(lease?.token ?? 0)
      if (lease !== undefined) await store.releaseLease(lease)
    }
    await server.kill()
    // Ends amid a commit, for most of these cuts.
    const path = await appendOnlyFile(server)
    const lost = base
    for (const cut of [3_700, 2_000, 2_300, 2_600, 5_000]) {
      await truncate(path, (await readFile(path)).length - cut)
      await server.start()
      const { manifest, values } = await eventually(() => states.load(0))
      expect(manifest?.offset).toBeLessThanOrEqual(base?.offset ?? 0)
      for (const [i, name] of ['a', 'b', 'c'].entries())
        expect(Buffer.compare(values.get(name) ?? bytes(''), pattern(400 * (i + 1), manifest?.offset))).toBe(
          0,
        )
      const newer = aManifest({ offset: 99 })
      expect(await states.commit({ partition: 0, base: lost, next: newer, puts: new Map() })).toBe(false)
      base = manifest
      await server.kill()
    }
    expect(base?.offset).toBeLessThan(27)
    await server.start()
    const lease = await eventually(() => store.acquireLease('l', 'after', 1_000))
    expect(lease?.token).toBeGreaterThan(Math.max(...tokens))
  })

  it('says store_full when memory runs out, keeps nothing half-written, and goes on when there is room', async () => {
    const { server, store } = await started({ maxmemory: '40mb', maxmemoryPolicy: 'noeviction' }, 10_000)
    const states = store.partitions('s')
    const base = aManifest({ offset: 1 })
    await states.commit({ partition: 0, base: undefined, next: base, puts: new Map([['a', pattern(1_000)]]) })
    await store.set('k', bytes('1'))
    const next = aManifest({ offset: 2 })
    const large = new Map(Array.from({ length: 60 }, (_, i) => [`v${i}`, pattern(2 ** 20, i)]))
    const commit = states.commit({ partition: 0, base, next, puts: large })
    await expect(commit).rejects.toMatchObject({ code: 'store_full', retryable: true })
    expect(await keysOf(server.url, 'nabiz:s')).toHaveLength(2)
    expect((await states.load(0)).manifest).toEqual(base)
    await server.cli('config', 'set', 'maxmemory', '1mb')
    await expect(store.set('k', bytes('2'))).rejects.toMatchObject({ code: 'store_full' })
    await expect(store.schedule([{ queue: 'q', id: 'a', dueAt: 1 }])).rejects.toMatchObject({
      code: 'store_full',
    })
    await store.delete(['none'])
    expect(text(await store.get('k'))).toBe('1')
    await server.cli('config', 'set', 'maxmemory', '400mb')
    expect(await states.commit({ partition: 0, base, next, puts: large })).toBe(true)
    expect((await states.load(0)).values.size).toBe(61)
  })

  it('says what it may not do when its rights are taken away', async () => {
    const { server, store } = await started()
    await server.cli('acl', 'setuser', 'default', '-eval')
    const err = await store.get('k').catch((thrown: unknown) => thrown)
    expect(err).toBeInstanceOf(DependencyError)
    expect(err).toMatchObject({ code: 'store_unavailable', retryable: false })
    expect(String(err)).toContain('NOPERM')
  })

  it('waits out a server that reads its file, and one that became a replica', async () => {
    const { server, store } = await started()
    await store.set('k', bytes('1'))
    await server.cli('replicaof', '127.0.0.1', '1')
    await expect(store.set('k', bytes('2'))).rejects.toMatchObject(away)
    await server.cli('replicaof', 'no', 'one')
    await eventually(() => store.set('k', bytes('3')))
    expect(text(await store.get('k'))).toBe('3')
  })
})

const away = { code: 'store_unavailable', retryable: true }

/** The file that grows; its name carries a number. */
async function appendOnlyFile(server: RedisServer): Promise<string> {
  const folder = join(server.folder, 'appendonlydir')
  const name = (await readdir(folder)).find((found) => found.endsWith('.incr.aof'))
  if (name === undefined) throw new Error('there is no append-only file')
  return join(folder, name)
}
