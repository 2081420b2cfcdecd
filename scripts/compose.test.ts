import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSilentLogger } from '@nabiz/shared/logging'
import { systemClock } from '@nabiz/shared/time'
import { DCLinter } from 'dclint'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { readConfig } from '../program/src/config/read-config.ts'
import { openConfiguredDrivers } from '../program/src/drivers.ts'
import { describeWithKafkaServer } from '../shared/testing/servers/describe-with-kafka.ts'
import { describeWithRedisServer } from '../shared/testing/servers/describe-with-redis.ts'
import { startKafka } from '../shared/testing/servers/kafka-server.ts'
import { startRedis } from '../shared/testing/servers/redis-server.ts'
import { readTargets, readYaml } from './check-infra.ts'
import { type Compose, kafkaProperties, mountedAt, readCompose } from './read-compose.ts'
import { readDockerfile } from './read-dockerfile.ts'

const infra = join(import.meta.dirname, '..', 'infra')
const image = readDockerfile(readFileSync(join(infra, 'Dockerfile'), 'utf8')).at(-1)
const lintResults = z.array(
  z.object({
    filePath: z.string(),
    messages: z.array(
      z.object({ type: z.string(), rule: z.string(), line: z.number(), message: z.string() }),
    ),
  }),
)
const deployments = [
  {
    files: ['compose.yaml'],
    brokers: 1 as const,
    copies: '1',
    inSync: '1',
    config: 'nabiz.compose.yaml',
  },
  {
    files: ['compose.yaml', 'compose.three-brokers.yaml'],
    brokers: 3 as const,
    copies: '3',
    inSync: '2',
    config: 'nabiz.three-brokers.yaml',
  },
]

describe('compose files', () => {
  it('are what the Compose Specification takes', () => {
    const linter = new DCLinter({ rules: {}, quiet: true, debug: false, exclude: [] })
    const files = ['compose.yaml', 'compose.three-brokers.yaml'].map((name) => join(infra, name))
    // Its own types cannot be read by NodeNext.
    const results = lintResults.parse(linter.lintFiles(files, false))
    const errors = results.flatMap(({ messages }) => messages.filter(({ type }) => type === 'error'))
    expect({ files: results.map(({ filePath }) => filePath), errors }).toEqual({ files, errors: [] })
  })

  it('keep the volumes of one broker and of three apart', () => {
    expect(new Set(deployments.map(({ files }) => readCompose(...files).name)).size).toBe(2)
  })
})

describe.each(deployments)('$files', ({ files, brokers, copies, inSync, config: configFile }) => {
  const compose = readCompose(...files)
  const config = readConfig(join(infra, configFile), environment())
  const nabiz = servicesOf(compose, 'nabiz:local')
  const kafka = servicesOf(compose, 'apache/kafka:4.4.0')

  it('runs each service of the program, scoring twice, under names that stay', () => {
    expect(nabiz.map(([id, { command }]) => [id, command])).toEqual([
      ['ingest', ['ingest']],
      ['scoring-1', ['scoring']],
      ['scoring-2', ['scoring']],
      ['alerting', ['alerting']],
    ])
    for (const [id, { hostname }] of [...nabiz, ...kafka]) expect(hostname).toBe(id)
  })

  it('gives the program its config, its secrets, and no right it does not need', () => {
    for (const [id, service] of nabiz) {
      expect(service.volumes, id).toEqual([`./${configFile}:/etc/nabiz/nabiz.yaml:ro`])
      expect(service, id).toMatchObject({
        env_file: ['.env'],
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      })
    }
  })

  it('publishes what a person needs, to this machine alone', () => {
    const published = Object.values(compose.services).flatMap(({ ports = [] }) => ports)
    expect(published).toEqual(['127.0.0.1:7010:7010', '127.0.0.1:7030:7030', '127.0.0.1:9090:9090'])
  })

  it('starts the program when every broker and Redis are healthy', () => {
    for (const [, { depends_on }] of nabiz)
      expect(Object.keys(depends_on ?? {}).sort()).toEqual([...kafka.map(([id]) => id), 'redis'].sort())
    for (const [id, { healthcheck }] of Object.entries(compose.services))
      expect(healthcheck?.test.length, id).toBeGreaterThan(1)
  })

  it('asks each service for its health at the port it listens on, which the image exposes', () => {
    const exposed = image?.steps.flatMap((step) => (step.kind === 'expose' ? step.ports : []))
    for (const [id, { command = [], healthcheck }] of nabiz) {
      const { host, port } = z
        .object({ host: z.string(), port: z.number() })
        .parse(Object.entries(config).find(([name]) => name === command[0])?.[1])
      expect(healthcheck?.test.join(' '), id).toContain(`http://127.0.0.1:${port}/readyz`)
      expect(host, id).toBe('0.0.0.0')
      expect(exposed).toContain(port)
    }
  })

  it('mounts files that are there and volumes that are declared', () => {
    for (const { volumes = [], configs = [] } of Object.values(compose.services)) {
      for (const { source } of configs) expect(Object.keys(compose.configs)).toContain(source)
      for (const [source = ''] of volumes.map((volume) => volume.split(':')))
        if (source.startsWith('./')) expect(existsSync(join(infra, source)), source).toBe(true)
        else expect(Object.keys(compose.volumes)).toContain(source)
    }
    const own = Object.values(compose.services).flatMap(({ volumes = [] }) =>
      volumes.filter((volume) => !volume.startsWith('./')),
    )
    expect(new Set(own).size).toBe(own.length)
  })

  it('has Prometheus scrape every service', () => {
    const targets = [...readTargets('prometheus.compose.yml').values()].flat()
    const ports = { ingest: config.ingest.port, scoring: config.scoring.port, alerting: config.alerting.port }
    const expected = nabiz.map(([id, { command = [] }]) => {
      const port = Object.entries(ports).find(([name]) => name === command[0])?.[1]
      return `${id}:${port}`
    })
    expect(targets.sort()).toEqual(expected.sort())
    expect([...readTargets('prometheus.compose.yml').keys()]).toEqual([...readTargets().keys()])
  })

  it('names the brokers and Redis in the config as they are named here', () => {
    expect(config.log).toMatchObject({ driver: 'kafka', brokers: kafka.map(([id]) => `${id}:9092`) })
    expect(config.store).toMatchObject({ driver: 'redis', url: 'redis://redis:6379' })
    expect(kafka.map(([id, { environment }]) => [id, environment?.KAFKA_ADVERTISED_LISTENERS])).toEqual(
      kafka.map(([id]) => [id, `PLAINTEXT://${id}:9092`]),
    )
  })

  it('gives every broker the same settings but its name, and copies for as many brokers as there are', () => {
    const voters = kafka.map(([id], index) => `${index + 1}@${id}:9093`).join()
    expect(kafka).toHaveLength(brokers)
    for (const [index, [id, { environment = {}, volumes }]] of kafka.entries()) {
      expect(kafkaProperties(environment), id).toMatchObject({
        'node.id': String(index + 1),
        'controller.quorum.voters': voters,
        'default.replication.factor': copies,
        'min.insync.replicas': inSync,
        'offsets.topic.replication.factor': copies,
        'transaction.state.log.replication.factor': copies,
        'transaction.state.log.min.isr': inSync,
        'share.coordinator.state.topic.replication.factor': copies,
        'share.coordinator.state.topic.min.isr': inSync,
        'auto.create.topics.enable': 'false',
        'unclean.leader.election.enable': 'false',
        'log.dirs': mountedAt(volumes?.[0] ?? ''),
      })
      // 16 bytes in base64url, as Kafka's own tool makes them.
      expect(Buffer.from(environment.CLUSTER_ID ?? '', 'base64url')).toHaveLength(16)
    }
  })
})

describe('the configs', () => {
  it('need every variable of .env.example, and no other', () => {
    const names = Object.keys(environment())
    const used = deployments.flatMap(({ files, config }) => [
      ...readFileSync(join(infra, config), 'utf8').matchAll(/env: (\w+)/g),
      ...files.flatMap((file) => [...readFileSync(join(infra, file), 'utf8').matchAll(/\$\{(\w+)/g)]),
    ])
    expect(new Set(used.map((match) => match[1]))).toEqual(new Set(names))
  })

  it('differ in the log alone', () => {
    const [one, three] = deployments.map(({ config }) =>
      z.looseObject({}).parse(readYaml(join(infra, config))),
    )
    expect({ ...one, log: undefined }).toEqual({ ...three, log: undefined })
  })
})

describeWithKafkaServer('servers set up as the compose files say', () => {
  describeWithRedisServer('with a Redis', () => {
    it.each(deployments)(
      'are trusted by the program: $files',
      async ({ files, brokers, config: configFile }) => {
        const compose = readCompose(...files)
        const [first] = servicesOf(compose, 'apache/kafka:4.4.0')
        const properties = kafkaProperties(first?.[1].environment ?? {})
        const kafka = await startKafka({ brokers, properties: withoutPlaces(properties) })
        const redis = await startRedis({ password: 'of-this-test', settings: redisSettings(compose) })
        try {
          const config = readConfig(join(infra, configFile), {
            ...environment(),
            REDIS_PASSWORD: 'of-this-test',
          })
          if (config.log.driver !== 'kafka' || config.store.driver !== 'redis') throw new Error(configFile)
          const drivers = await openConfiguredDrivers({
            config: {
              ...config,
              log: { ...config.log, brokers: [...kafka.brokers] },
              store: { ...config.store, url: `redis://127.0.0.1:${redis.port}` },
            },
            clock: systemClock,
            logger: createSilentLogger(),
            onFatal(err) {
              throw err
            },
          })
          expect(drivers.log.id).toMatch(/\w/)
          await drivers.close()
        } finally {
          await Promise.all([kafka.stop(), redis.stop()])
        }
      },
    )
  })
})

type Entry = [string, Compose['services'][string]]

function servicesOf(compose: Compose, image: string): Entry[] {
  return Object.entries(compose.services).filter(([, service]) => service.image === image)
}

/** The variables of `.env.example`, filled in as it says. */
function environment(): Record<string, string> {
  const lines = readFileSync(join(infra, '.env.example'), 'utf8').split('\n')
  const names = lines.filter((line) => /^\w+=$/.test(line)).map((line) => line.slice(0, -1))
  const value = (name: string) =>
    name === 'NABIZ_WEBHOOK_SECRET'
      ? `whsec_${randomBytes(32).toString('base64')}`
      : randomBytes(32).toString('hex')
  return Object.fromEntries(names.map((name) => [name, value(name)]))
}

/** Without what differs from machine to machine: addresses, names, folders. */
function withoutPlaces(properties: Readonly<Record<string, string>>): Record<string, string> {
  const places = /listener|^node\.id$|^controller\.quorum\.voters$|^log\.dirs$/
  return Object.fromEntries(Object.entries(properties).filter(([name]) => !places.test(name)))
}

/** The lines of redis.conf, without those that differ from machine to machine. */
function redisSettings(compose: Compose): Record<string, string> {
  const lines = (compose.configs.redis?.content ?? '').split('\n').filter((line) => /^[a-z]/.test(line))
  const settings = lines.map((line): [string, string] => {
    const [name = '', ...rest] = line.split(' ')
    return [name, rest.join(' ')]
  })
  return Object.fromEntries(settings.filter(([name]) => name !== 'requirepass' && name !== 'dir'))
}
