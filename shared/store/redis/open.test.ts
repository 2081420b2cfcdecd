import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Secret } from '../../config/index.ts'
import { DependencyError } from '../../errors/index.ts'
import { type Certificates, makeCertificates } from '../../testing/servers/certificates.ts'
import { describeWithRedisServer } from '../../testing/servers/describe-with-redis-server.ts'
import { freePorts } from '../../testing/servers/free-port.ts'
import {
  type RedisServer,
  type RedisServerOptions,
  startRedis,
  startSentinel,
} from '../../testing/servers/redis-server.ts'
import type { RedisStoreConfig } from './redis-config.ts'
import { aConfig, openForTest } from './testing-redis.ts'

describeWithRedisServer('openRedisStore', () => {
  const servers: RedisServer[] = []

  async function started(options: RedisServerOptions = {}): Promise<RedisServer> {
    const server = await startRedis(options)
    servers.push(server)
    return server
  }

  afterEach(async () => {
    await Promise.all(servers.splice(0).map((server) => server.stop()))
  })

  /** Opens, expecting to be refused: not to be retried, and without the password. */
  async function refusal(config: RedisStoreConfig): Promise<string> {
    const opened = await openForTest({ config }).catch((err: unknown) => err)
    if (!(opened instanceof DependencyError)) throw new Error(`found ${String(opened)}; expected a refusal`)
    expect(opened).toMatchObject({ code: 'store_unavailable', retryable: false })
    expect(opened.message).not.toContain('hush')
    return opened.message
  }

  async function works(config: RedisStoreConfig): Promise<void> {
    const store = await openForTest({ config })
    await store.set('k', Buffer.from('1'))
    expect(Buffer.from((await store.get('k')) ?? []).toString()).toBe('1')
    await store.close()
  }

  it('waits for a server that comes later', async () => {
    const [port = 0] = await freePorts(1)
    const opening = openForTest({ config: aConfig({ nodes: [`127.0.0.1:${port}`] }) })
    await started({ port })
    await (await opening).close()
  })

  it('gives up on a server that does not come, naming address and reason', async () => {
    const [port = 0] = await freePorts(1)
    const message = await refusal(aConfig({ url: `redis://127.0.0.1:${port}`, connectWithinMs: 300 }))
    expect(message).toContain(`127.0.0.1:${port} within 300 ms`)
    expect(message).toContain('ECONNREFUSED')
  })

  it('gives up on a server that accepts connections and does not answer', async () => {
    const server = await started()
    server.pause()
    const message = await refusal(aConfig({ url: server.url, connectWithinMs: 500, timeoutMs: 100 }))
    expect(message).toContain('within 500 ms')
  })

  it('takes the password of the default user, and at once refuses a wrong one or none', async () => {
    const server = await started({ password: 'hush' })
    const url = `redis://127.0.0.1:${server.port}`
    await works({ ...aConfig({ url }), password: new Secret('hush') })
    await works({ ...aConfig({}), url: new Secret(server.url) })
    for (const password of [new Secret('hushed'), undefined])
      expect(await refusal({ ...aConfig({ url, connectWithinMs: 60_000 }), password })).toMatch(
        /refuses us|was found, but/,
      )
  })

  it('takes an ACL user, and refuses one that may not touch our keys', async () => {
    const server = await started({
      aclUser: 'mine on >hush ~mine:* +@read +@write +@scripting +@connection +info +time',
    })
    const config = { url: `redis://127.0.0.1:${server.port}`, user: 'mine' }
    await works({ ...aConfig({ ...config, prefix: 'mine' }), password: new Secret('hush') })
    expect(await refusal({ ...aConfig(config), password: new Secret('hush') })).toMatch(/NOPERM|access/)
    expect(await refusal({ ...aConfig(config), password: new Secret('hushed') })).toContain('WRONGPASS')
  })

  it.each([
    [{ appendonly: false }, /no append-only file.*appendonly yes.*no_aof/],
    [{ maxmemory: '100mb', maxmemoryPolicy: 'allkeys-lru' }, /allkeys-lru.*noeviction.*eviction/],
    [{ maxmemory: '100mb', maxmemoryPolicy: 'volatile-ttl' }, /volatile-ttl/],
    [{ cluster: true }, /node of a Redis Cluster.*mode: cluster/],
  ] as const)('refuses a server with %o, with what to do', async (options, expected) => {
    const server = await started(options)
    expect(await refusal(aConfig({ url: server.url }))).toMatch(expected)
  })

  it('takes a weaker server when the config says so', async () => {
    const server = await started({
      appendonly: false,
      maxmemory: '100mb',
      maxmemoryPolicy: 'allkeys-lru',
    })
    expect(await refusal(aConfig({ url: server.url, accept: ['eviction'] }))).toContain('appendonly yes')
    await works(aConfig({ url: server.url, accept: ['eviction', 'no_aof'] }))
  })

  it('takes an evicting policy that has no limit to evict at', async () => {
    const server = await started({ maxmemoryPolicy: 'allkeys-lru' })
    await works(aConfig({ url: server.url }))
  })

  it('refuses a single server given as a cluster, a replica and a sentinel', async () => {
    const master = await started()
    const nodes = [`127.0.0.1:${master.port}`]
    expect(await refusal(aConfig({ mode: 'cluster', nodes }))).toContain('is a single server')
    const replica = await started({ replicaof: `127.0.0.1 ${master.port}` })
    expect(await refusal(aConfig({ url: replica.url }))).toMatch(/role slave.*master/)
    const sentinel = await startSentinel({ masterName: 'main', masterPort: master.port, quorum: 1 })
    servers.push(sentinel)
    expect(await refusal(aConfig({ url: sentinel.url }))).toMatch(/Sentinel.*mode: sentinel/)
  })

  it('takes a full server, which may have room later', async () => {
    const server = await started({ maxmemory: '1mb' })
    const store = await openForTest({ config: aConfig({ url: server.url }) })
    await expect(store.set('k', new Uint8Array(1))).rejects.toMatchObject({ code: 'store_full' })
    await store.close()
  })

  it('keeps to the database it is given', async () => {
    const server = await started()
    await works(aConfig({ url: `${server.url}/3` }))
    expect(await server.cli('-n', '3', 'dbsize')).toBe('1')
    expect(await server.cli('-n', '0', 'dbsize')).toBe('0')
  })

  describe('over TLS', () => {
    let folder: string
    let ours: Certificates
    let others: Certificates

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'nabiz-tls-'))
      ours = await makeCertificates(folder, 'localhost')
      others = await makeCertificates(folder, 'other.example')
    })
    afterAll(() => rm(folder, { recursive: true, force: true }))

    const config = (port: number, tls: object) =>
      aConfig({ nodes: [`localhost:${port}`], tls, connectWithinMs: 60_000 })

    it('takes the certificate that matches, by the host’s name or the one given', async () => {
      const server = await started({ tls: ours })
      await works(config(server.port, { caFile: ours.caFile }))
      await works(
        aConfig({
          url: `rediss://127.0.0.1:${server.port}`,
          tls: { caFile: ours.caFile, serverName: 'localhost' },
        }),
      )
    })

    it('at once refuses one of another authority and one for another host', async () => {
      const server = await started({ tls: ours })
      const begun = performance.now()
      expect(await refusal(config(server.port, {}))).toMatch(/self-signed certificate.*tls\.caFile/)
      expect(
        await refusal(config(server.port, { caFile: ours.caFile, serverName: 'other.example' })),
      ).toMatch(/other\.example/)
      expect(await refusal(config(server.port, { caFile: others.caFile }))).toContain('tls.caFile')
      expect(performance.now() - begun).toBeLessThan(20_000)
    })

    it('names TLS when a server hangs up on it, which one that starts might do too', async () => {
      const plain = await started()
      expect(await refusal({ ...config(plain.port, {}), connectWithinMs: 500 })).toMatch(/within 500 ms.*TLS/)
    })

    it('says that a file is missing', async () => {
      expect(await refusal(config(1, { caFile: join(folder, 'none.pem') }))).toMatch(
        /tls\.caFile: .*none\.pem/,
      )
    })
  })
})
