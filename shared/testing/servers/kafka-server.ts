import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs'
import { connect } from 'node:net'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { freePorts } from './free-port.ts'
import { type Supervised, startSupervised } from './supervised.ts'

const run = promisify(execFile)
const pom = fileURLToPath(new URL('./kafka-pom.xml', import.meta.url))
const startWithinMs = 90_000

export interface KafkaServerOptions {
  /** Brokers of the cluster; 3 for tests that lose one. Default 1. */
  brokers?: 1 | 3
  /** More of server.properties, the same for every broker. */
  properties?: Readonly<Record<string, string>>
  /**
   * Adds a listener `NAME`, told to clients under a port of the caller's (a proxy's), or with a security protocol of its
   * own. `port` undefined: the listener's own.
   */
  listeners?: readonly {
    name: string
    protocol: 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'
    port?: number
  }[]
  /** SCRAM users made when the storage is formatted. */
  scramUsers?: readonly { name: string; password: string; mechanism: 'SCRAM-SHA-256' | 'SCRAM-SHA-512' }[]
}

/** One broker of a cluster; it keeps its data over a stop and a kill. */
export interface KafkaNode {
  readonly id: number
  readonly address: string
  /** Port of an additional listener on this broker itself, by name. */
  listenerPort(name: string): number
  start(): Promise<void>
  /** SIGTERM: it hands its partitions over and ends. */
  stop(): Promise<void>
  /** SIGKILL. */
  kill(): Promise<void>
}

/** A private Apache Kafka on loopback. */
export interface KafkaServer {
  readonly nodes: readonly KafkaNode[]
  /** host:port of every broker. */
  readonly brokers: readonly string[]
  /** Ends every broker and removes its data. */
  stop(): Promise<void>
}

/** Starts a KRaft cluster from Maven's jars; Java 17 and Maven must be there (`kafkaLibs` tells). */
export async function startKafka(options: KafkaServerOptions = {}): Promise<KafkaServer> {
  const libs = await kafkaLibs()
  const count = options.brokers ?? 1
  const extra = options.listeners ?? []
  const folder = mkdtempSync(join(roomyMemory() ?? tmpdir(), 'nabiz-kafka-'))
  const ports = await freePorts(count * (2 + extra.length))
  const at = (node: number, index: number) => ports[node * (2 + extra.length) + index] ?? 0
  const voters = Array.from({ length: count }, (_, i) => `${i + 1}@127.0.0.1:${at(i, 1)}`).join()
  const clusterId = (await java(libs, ['kafka.tools.StorageTool', 'random-uuid'])).trim()
  const nodes: (KafkaNode & { process(): Supervised | undefined })[] = []
  for (let i = 0; i < count; i += 1) {
    const home = join(folder, `node-${i + 1}`)
    mkdirSync(home)
    const listeners = extra.map((listener, index) => ({ ...listener, own: at(i, 2 + index) }))
    const properties = {
      ...serverProperties(i, count, home, at(i, 0), at(i, 1), voters, listeners),
      ...options.properties,
    }
    const file = join(home, 'server.properties')
    writeFileSync(
      file,
      Object.entries(properties)
        .map(([key, value]) => `${key}=${value}\n`)
        .join(''),
    )
    const users = (options.scramUsers ?? []).flatMap(({ name, password, mechanism }) => [
      '--add-scram',
      `${mechanism}=[name=${name},password=${password}]`,
    ])
    await java(libs, ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', file, ...users])
    nodes.push(
      createNode(libs, i + 1, home, at(i, 0), new Map(listeners.map(({ name, own }) => [name, own]))),
    )
  }
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.kill()))
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await Promise.all(nodes.map((node) => node.start()))
  } catch (err) {
    await stop()
    throw err
  }
  return { nodes, brokers: nodes.map((node) => node.address), stop }
}

/** Hundreds of topics are made and removed: in memory, where there is room, that takes a third of the time. */
function roomyMemory(): string | undefined {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm')
    return bavail * bsize > 2 * 2 ** 30 ? '/dev/shm' : undefined
  } catch {
    return undefined
  }
}

function serverProperties(
  index: number,
  count: number,
  home: string,
  port: number,
  controllerPort: number,
  voters: string,
  listeners: readonly { name: string; protocol: string; port?: number; own: number }[],
): Record<string, string> {
  const replicas = String(count)
  const isr = String(Math.min(count, 2))
  return {
    'process.roles': 'broker,controller',
    'node.id': String(index + 1),
    listeners: [
      `PLAINTEXT://127.0.0.1:${port}`,
      `CONTROLLER://127.0.0.1:${controllerPort}`,
      ...listeners.map(({ name, own }) => `${name}://127.0.0.1:${own}`),
    ].join(),
    'advertised.listeners': [
      `PLAINTEXT://127.0.0.1:${port}`,
      ...listeners.map(({ name, port: told, own }) => `${name}://127.0.0.1:${told ?? own}`),
    ].join(),
    'listener.security.protocol.map': [
      'PLAINTEXT:PLAINTEXT',
      'CONTROLLER:PLAINTEXT',
      ...listeners.map(({ name, protocol }) => `${name}:${protocol}`),
    ].join(),
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'controller.quorum.voters': voters,
    'log.dirs': join(home, 'data'),
    'offsets.topic.replication.factor': replicas,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': isr,
    'share.coordinator.state.topic.replication.factor': replicas,
    'share.coordinator.state.topic.min.isr': isr,
    'min.insync.replicas': isr,
    'group.initial.rebalance.delay.ms': '0',
    'offsets.topic.num.partitions': '4',
    'transaction.state.log.num.partitions': '2',
    'auto.create.topics.enable': 'false',
    'log.cleaner.enable': 'true',
    // Deleted topics go at once, so that a long run of tests does not fill the disk.
    'log.segment.delete.delay.ms': '1000',
  }
}

function createNode(
  libs: string,
  id: number,
  home: string,
  port: number,
  listeners: ReadonlyMap<string, number>,
) {
  let running: Supervised | undefined
  const logFile = join(home, 'server.log')
  return {
    id,
    address: `127.0.0.1:${port}`,
    process: () => running,
    listenerPort(name: string) {
      const found = listeners.get(name)
      if (found === undefined)
        throw new RangeError(`listener: found ${name}; expected one of ${[...listeners.keys()]}`)
      return found
    },
    async start() {
      const command = [
        'java',
        '-Xmx512m',
        '-XX:+UseSerialGC',
        '-XX:TieredStopAtLevel=1',
        '-cp',
        join(libs, '*'),
        'kafka.Kafka',
        join(home, 'server.properties'),
      ]
      running = await startSupervised(command, logFile)
      await untilListening(port, running, logFile)
    },
    async stop() {
      await running?.end('SIGTERM')
      running = undefined
    },
    async kill() {
      await running?.end('SIGKILL')
      running = undefined
    },
  }
}

async function untilListening(port: number, server: Supervised, logFile: string): Promise<void> {
  const deadline = performance.now() + startWithinMs
  while (!(await accepts(port))) {
    if (!server.isRunning() || performance.now() > deadline) {
      throw new Error(
        `Kafka did not start; the end of its log:\n${readFileSync(logFile, 'utf8').slice(-3_000)}`,
      )
    }
    await sleep(100)
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/**
 * Folder with the broker's jars, fetched with Maven once a machine and kept in the user's cache. Rejects with what is
 * missing and how to get it.
 */
export async function kafkaLibs(): Promise<string> {
  for (const [tool, hint] of [
    ['java', 'apt-get install openjdk-17-jre-headless'],
    ['mvn', 'apt-get install maven'],
  ] as const) {
    await run(tool, ['-version']).catch(() => {
      throw new Error(`${tool} is not on this machine (${hint})`)
    })
  }
  const name = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12)
  const folder = join(homedir(), '.cache', 'nabiz', `kafka-${name}`)
  if (existsSync(folder)) return folder
  const partial = `${folder}.${process.pid}`
  const arguments_ = [
    '-q',
    '-B',
    '-f',
    pom,
    'dependency:copy-dependencies',
    '-DincludeScope=runtime',
    `-DoutputDirectory=${partial}`,
  ]
  await run('mvn', arguments_, { maxBuffer: 2 ** 24 })
  try {
    renameSync(partial, folder)
  } catch {
    // Another run was quicker.
    rmSync(partial, { recursive: true, force: true })
  }
  return folder
}

async function java(libs: string, arguments_: readonly string[]): Promise<string> {
  const { stdout } = await run('java', ['-XX:TieredStopAtLevel=1', '-cp', join(libs, '*'), ...arguments_])
  return stdout
}
