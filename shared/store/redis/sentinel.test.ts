import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { Secret } from '../../config/index.ts'
import { describeWithRedisServer } from '../../testing/servers/describe-with-redis-server.ts'
import { type RedisServer, startRedis, startSentinel } from '../../testing/servers/redis-server.ts'
import { aManifest, bytes, pattern, text } from '../../testing/store-contract-values.ts'
import type { Manifest } from '../store.ts'
import { createKeys } from './keys.ts'
import { aConfig, eventually, openForTest } from './testing-redis.ts'

describeWithRedisServer('the store behind Redis Sentinels', () => {
  const servers: RedisServer[] = []
  let master: RedisServer
  let replica: RedisServer
  let nodes: string[]
  let sentinel: RedisServer | undefined

  beforeAll(async () => {
    const settings = { masterauth: 'hush' }
    master = await startRedis({ password: 'hush', settings })
    replica = await startRedis({ password: 'hush', settings, replicaof: `127.0.0.1 ${master.port}` })
    servers.push(master, replica)
    const watched = { masterName: 'main', masterPort: master.port, masterPassword: 'hush', quorum: 2 }
    const sentinels = await Promise.all([1, 2, 3].map(() => startSentinel(watched)))
    servers.push(...sentinels)
    sentinel = sentinels[0]
    nodes = sentinels.map(({ port }) => `127.0.0.1:${port}`)
    // They must know each other and the replica before they can vote.
    const isReady = async () => {
      for (const sentinel of sentinels)
        expect(await sentinel.cli('sentinel', 'master', 'main')).toMatch(
          /num-slaves\n1\nnum-other-sentinels\n2/,
        )
      expect(await replica.cli('info', 'replication')).toContain('master_link_status:up')
    }
    await vi.waitFor(isReady, { timeout: 20_000, interval: 100 })
  })
  afterAll(() => Promise.all(servers.map((server) => server.stop())))

  const config = () => ({
    ...aConfig({ mode: 'sentinel', nodes, sentinel: { masterName: 'main' }, timeoutMs: 1_000 }),
    password: new Secret('hush'),
  })

  it('says which master the sentinels do not know', async () => {
    const unknown = { ...config(), sentinel: { masterName: 'none', tls: false }, connectWithinMs: 1_000 }
    await expect(openForTest({ config: unknown })).rejects.toMatchObject({
      message: expect.stringContaining('none'),
      retryable: false,
    })
  })

  it('follows a master that was voted out while it still answers', async () => {
    const store = await openForTest({ config: config() })
    await store.set('k', bytes('1'))
    expect(await sentinel?.cli('sentinel', 'failover', 'main')).toBe('OK')
    await vi.waitFor(
      async () => {
        expect(await replica.cli('role')).toContain('master')
        expect(await master.cli('info', 'replication')).toContain('master_link_status:up')
      },
      { timeout: 30_000, interval: 50 },
    )
    await eventually(() => store.set('k', bytes('2')))
    expect(text(await eventually(() => store.get('k')))).toBe('2')
    expect(await replica.cli('get', createKeys('nabiz').value('k'))).toContain('2')
    await store.close()
  })

  it('follows a failover under load to the new master, whose state is whole', async () => {
    const store = await openForTest({ config: config() })
    const states = store.partitions('s')
    await store.set('before', bytes('1'))
    // Acknowledged means: the master has it. What no replica has got yet goes with the master. (The two have changed parts.)
    await vi.waitFor(async () =>
      expect(await master.cli('get', createKeys('nabiz').value('before'))).toContain('1'),
    )
    let isOver = false
    let last: Manifest | undefined
    let taken = 0
    const committing = (async () => {
      for (let offset = 1; !isOver; offset++) {
        const next = aManifest({ offset })
        const puts = new Map(['a', 'b', 'c'].map((name) => [name, pattern(20_000, offset)]))
        try {
          if (await states.commit({ partition: 0, base: last, next, puts })) taken++
          last = await states.manifest(0)
        } catch {
          last = await eventually(() => states.manifest(0))
        }
        offset = Math.max(offset, last?.offset ?? 0)
      }
    })()
    await sleep(300)
    const before = taken
    // The two have changed their parts.
    await replica.kill()
    await eventually(() => store.set('after', bytes('1')))
    const atFailover = taken
    await expect.poll(() => taken, { timeout: 10_000 }).toBeGreaterThan(atFailover + 10)
    isOver = true
    await committing
    expect(before).toBeGreaterThan(0)
    expect(await master.cli('role')).toContain('master')
    expect(text(await store.get('before'))).toBe('1')
    const { manifest, values } = await states.load(0)
    expect(manifest).toEqual(last)
    expect([...values.keys()]).toEqual(['a', 'b', 'c'])
    for (const value of values.values())
      expect(Buffer.compare(value, pattern(20_000, manifest?.offset))).toBe(0)
    await store.close()
  })
})
