import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DCLinter } from 'dclint'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { readConfig } from '../program/src/config/read-config.ts'
import { readTargets, readYaml } from './check-infra.ts'
import {
  deployments,
  exampleEnvironment,
  infra,
  kafkaProperties,
  mountedAt,
  readCompose,
  servicesOf,
} from './read-compose.ts'
import { readDockerfile } from './read-dockerfile.ts'

const image = readDockerfile(readFileSync(join(infra, 'Dockerfile'), 'utf8')).at(-1)
const lintResults = z.array(
  z.object({
    filePath: z.string(),
    messages: z.array(
      z.object({ type: z.string(), rule: z.string(), line: z.number(), message: z.string() }),
    ),
  }),
)
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
  const config = readConfig(join(infra, configFile), exampleEnvironment())
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
    const names = Object.keys(exampleEnvironment())
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
