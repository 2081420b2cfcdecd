import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { aKafkaConfig, anAdmin } from '../../shared/log/kafka/testing-ground.ts'
import { type Certificates, makeCertificates } from '../../shared/testing/servers/certificates.ts'
import { describeWithOwnServers } from '../../shared/testing/servers/describe-with-own-servers.ts'
import { freePorts } from '../../shared/testing/servers/free-port.ts'
import { type KafkaServer, startKafka } from '../../shared/testing/servers/kafka-server.ts'
import { startRedisCluster } from '../../shared/testing/servers/redis-cluster.ts'
import { type RedisServer, startRedis } from '../../shared/testing/servers/redis-server.ts'
import { runNabiz, startNabiz } from './cli/run-nabiz.ts'

const right = { user: 'nabiz', password: 'swordfish-that-is-right' }
const wrongPassword = 'swordfish-that-is-wrong'

/** What a config says of log and store, and what the program must say of it. */
interface Refusal {
  name: string
  config(): { log: object; store: object }
  exitCode: 2 | 3
  /** What was found and what to do. */
  says(): (string | RegExp)[]
}

/** All on one broker that speaks plainly, with SCRAM and with TLS, and on small Redis servers of their own. */
describeWithOwnServers('nabiz on servers that are not as they should be', () => {
  let folder = ''
  let certificates: Certificates
  let nowhere = 0
  let kafka: KafkaServer
  let redis: RedisServer
  let aclRedis: RedisServer
  let tlsRedis: RedisServer
  let evictingRedis: RedisServer
  let redisCluster: Awaited<ReturnType<typeof startRedisCluster>>

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nabiz-cluster-start-'))
    certificates = await makeCertificates(folder, 'localhost')
    const keystore = join(folder, 'keystore.pem')
    const { keyFile, certFile } = certificates
    await writeFile(keystore, (await readFile(keyFile, 'utf8')) + (await readFile(certFile, 'utf8')))
    nowhere = (await freePorts(1))[0] ?? 0
    const servers = await Promise.all([
      startKafka({
        listeners: [
          { name: 'SCRAM', protocol: 'SASL_PLAINTEXT' },
          { name: 'TLS', protocol: 'SSL' },
        ],
        scramUsers: [{ name: right.user, password: right.password, mechanism: 'SCRAM-SHA-512' }],
        properties: {
          'sasl.enabled.mechanisms': 'SCRAM-SHA-512',
          'listener.name.scram.scram-sha-512.sasl.jaas.config':
            'org.apache.kafka.common.security.scram.ScramLoginModule required;',
          'ssl.keystore.type': 'PEM',
          'ssl.keystore.location': keystore,
        },
      }),
      startRedis(),
      startRedis({ aclUser: `${right.user} on >${right.password} ~* &* +@all` }),
      startRedis({ tls: certificates }),
      startRedis({ maxmemory: '64mb', maxmemoryPolicy: 'allkeys-lru' }),
      startRedisCluster(1),
    ])
    ;[kafka, redis, aclRedis, tlsRedis, evictingRedis, redisCluster] = servers
    const admin = anAdmin(kafka.brokers)
    await admin.connect()
    await admin.createTopics({ topics: [{ topic: 'narrow.mentions', numPartitions: 12 }] })
    await admin.disconnect()
  }, 180_000)

  afterAll(async () => {
    const servers = [kafka, redis, aclRedis, tlsRedis, evictingRedis, redisCluster]
    await Promise.all(servers.map((server) => server?.stop()))
    await rm(folder, { recursive: true, force: true })
  })

  const aLog = (fields: object = {}) => ({ ...aKafkaConfig(kafka.brokers), ...fields })
  const aStore = (fields: object = {}) => ({ driver: 'redis', url: redis.url, ...fields })
  const listener = (name: string) => `127.0.0.1:${kafka.nodes[0]?.listenerPort(name)}`
  const scram = (username: string) => ({
    brokers: [listener('SCRAM')],
    sasl: { mechanism: 'scram-sha-512', username, password: { env: 'KAFKA_PASSWORD' } },
  })
  const tls = (fields: object) => ({ brokers: [listener('TLS')], tls: fields })
  const acl = { url: undefined, user: right.user, password: { env: 'REDIS_PASSWORD' } }
  const node = (server: RedisServer | undefined, host = '127.0.0.1') => ({
    url: undefined,
    nodes: [`${host}:${server?.port}`],
  })

  const refusals: Refusal[] = [
    {
      name: 'a broker that is not there',
      config: () => ({ log: aLog({ brokers: [`127.0.0.1:${nowhere}`] }), store: aStore() }),
      exitCode: 3,
      says: () => [`127.0.0.1:${nowhere}`, 'start the brokers, or correct log.brokers'],
    },
    {
      name: 'a Redis that is not there',
      config: () => ({ log: aLog(), store: aStore({ url: `redis://127.0.0.1:${nowhere}` }) }),
      exitCode: 3,
      says: () => [`127.0.0.1:${nowhere}`, 'start it'],
    },
    {
      name: 'neither of both',
      config: () => ({
        log: aLog({ brokers: [`127.0.0.1:${nowhere}`] }),
        store: aStore({ url: `redis://127.0.0.1:${nowhere}` }),
      }),
      exitCode: 3,
      says: () => ['start the brokers, or correct log.brokers', 'no Redis could be reached'],
    },
    {
      name: 'a wrong password of Kafka',
      config: () => ({ log: aLog(scram(right.user)), store: aStore() }),
      exitCode: 3,
      says: () => [listener('SCRAM'), /authentication/i, 'log.sasl'],
    },
    {
      name: 'a wrong password of Redis',
      config: () => ({ log: aLog(), store: aStore({ ...acl, ...node(aclRedis) }) }),
      exitCode: 3,
      says: () => [`127.0.0.1:${aclRedis.port}`, 'WRONGPASS', 'check user, password and what the ACL allows'],
    },
    {
      name: 'a certificate of Kafka that nobody vouches for',
      config: () => ({ log: aLog(tls({})), store: aStore() }),
      exitCode: 3,
      says: () => [listener('TLS'), /certificate/, 'correct log.tls'],
    },
    {
      name: 'a certificate of Kafka for another name',
      config: () => ({
        log: aLog(tls({ caFile: certificates.caFile, serverName: 'other.example' })),
        store: aStore(),
      }),
      exitCode: 3,
      says: () => [listener('TLS'), 'other.example', 'log.tls'],
    },
    {
      name: 'a certificate of Redis that nobody vouches for',
      config: () => ({ log: aLog(), store: aStore({ ...node(tlsRedis), tls: {} }) }),
      exitCode: 3,
      says: () => [`127.0.0.1:${tlsRedis.port}`, /certificate/, 'check tls.caFile'],
    },
    {
      name: 'a topic with another number of partitions',
      config: () => ({ log: aLog({ prefix: 'narrow.' }), store: aStore() }),
      exitCode: 3,
      says: () => ['narrow.mentions, partitions: found 12; expected 64', 'log.prefix'],
    },
    {
      name: 'a Redis that evicts',
      config: () => ({ log: aLog(), store: aStore({ url: evictingRedis.url }) }),
      exitCode: 3,
      says: () => ['allkeys-lru', 'set it to noeviction', 'accept: [eviction]'],
    },
    {
      name: 'a node of a Redis Cluster given as a single server',
      config: () => ({ log: aLog(), store: aStore({ url: redisCluster.nodes[0]?.url }) }),
      exitCode: 3,
      says: () => ['found a node of a Redis Cluster', 'mode: cluster'],
    },
    {
      name: 'a log on Kafka beside a store in a folder',
      config: () => ({ log: aLog(), store: { driver: 'embedded' } }),
      exitCode: 2,
      says: () => ['store.driver', 'embedded beside log.driver kafka', 'redis, or log.driver embedded'],
    },
  ]

  it.concurrent.each(refusals)(
    'refuses $name at the start, and says what to do',
    async (refusal) => {
      const path = await configFile(refusal.name, refusal.config())
      const { exitCode, stdout, stderr } = await runNabiz(['all', '-c', path], { cwd: folder, env: wrong })
      expect({ exitCode, stderr }).toEqual({ exitCode: refusal.exitCode, stderr: expect.any(String) })
      for (const text of refusal.says()) expect(stderr).toMatch(text)
      expect(stdout + stderr).not.toContain('swordfish')
    },
    90_000,
  )

  it('starts with the right password and certificate on the same listeners', async () => {
    const path = await configFile('right', {
      log: aLog(scram(right.user)),
      store: aStore({ ...node(tlsRedis, 'localhost'), tls: { caFile: certificates.caFile } }),
    })
    const env = { KAFKA_PASSWORD: right.password, REDIS_PASSWORD: right.password }
    const nabiz = startNabiz(['scoring', '-c', path], { cwd: folder, env })
    await expect.poll(() => nabiz.stdout(), { timeout: 60_000 }).toContain('nabiz started')
    nabiz.child.kill('SIGTERM')
    expect(await nabiz.ended()).toBe(0)
    expect(nabiz.stdout() + nabiz.stderr()).not.toContain('swordfish')

    const overTls = await configFile('right-tls', {
      log: aLog(tls({ caFile: certificates.caFile, serverName: 'localhost' })),
      store: aStore({ ...acl, ...node(aclRedis) }),
    })
    const second = startNabiz(['scoring', '-c', overTls], { cwd: folder, env })
    await expect.poll(() => second.stdout(), { timeout: 60_000 }).toContain('nabiz started')
    second.child.kill('SIGTERM')
    expect(await second.ended()).toBe(0)
  }, 180_000)

  async function configFile(name: string, drivers: { log: object; store: object }): Promise<string> {
    const path = join(folder, `${name.replaceAll(' ', '-')}.yaml`)
    const ports = { ingest: { port: 0 }, scoring: { port: 0 }, alerting: { port: 0 } }
    await writeFile(path, stringify({ instance: 'start', ...drivers, ...ports, brands: [] }))
    return path
  }
})

const wrong = { KAFKA_PASSWORD: wrongPassword, REDIS_PASSWORD: wrongPassword }
