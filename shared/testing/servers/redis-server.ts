import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freePorts } from './free-port.ts'
import { type Supervised, startSupervised } from './supervised.ts'

const runFile = promisify(execFile)
const startWithinMs = 10_000

export interface RedisServerOptions {
  /** A port to take; default a free one. */
  port?: number
  /** Default true. */
  appendonly?: boolean
  appendfsync?: 'always' | 'everysec' | 'no'
  /** Password of the default user. */
  password?: string
  /** An ACL user beside it, in Redis's own words, e.g. `nabiz on >secret ~nabiz:* +@all`. */
  aclUser?: string
  maxmemory?: string
  maxmemoryPolicy?: string
  /** A node of a cluster; `startRedisCluster` joins several. */
  cluster?: boolean
  /** Speaks TLS alone, with these files (PEM). */
  tls?: { certFile: string; keyFile: string; caFile: string }
  /** `host port` of the master it follows. */
  replicaof?: string
  /** More lines of redis.conf, by name. */
  settings?: Readonly<Record<string, string>>
}

/** A private redis-server on loopback; it keeps its data over a stop, a kill and a restart. */
export interface RedisServer {
  readonly port: number
  /** Without TLS; with the default user's password, where there is one. */
  readonly url: string
  readonly folder: string
  /** Answer of redis-cli; numbers and texts as it prints them. */
  cli(...args: string[]): Promise<string>
  start(): Promise<void>
  /** SIGKILL; its data stays. */
  kill(): Promise<void>
  /** SIGTERM and start. */
  restart(): Promise<void>
  /** SIGSTOP: it accepts connections and answers nothing. */
  pause(): void
  resume(): void
  /** Ends it and removes its data. */
  stop(): Promise<void>
}

export async function isRedisInstalled(): Promise<boolean> {
  return runFile('redis-server', ['--version']).then(
    () => true,
    () => false,
  )
}

/** Starts a server; it never outlives this process. Rejects with its log when it does not start. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'nabiz-redis-'))
  const port = options.port ?? (await freePort())
  const server = createServer(folder, port, [], settingsOf(options, folder, port), options)
  try {
    await server.start()
  } catch (err) {
    await server.stop()
    throw err
  }
  return server
}

/** A Sentinel that watches one master under a name; it takes the master for down after 500 ms. */
export async function startSentinel(options: {
  masterName: string
  masterPort: number
  quorum: number
}): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'nabiz-sentinel-'))
  const port = await freePort()
  const { masterName, masterPort, quorum } = options
  const lines = [
    ['port', String(port)],
    ['bind', '127.0.0.1'],
    ['dir', folder],
    ['sentinel', `monitor ${masterName} 127.0.0.1 ${masterPort} ${quorum}`],
    ['sentinel', `down-after-milliseconds ${masterName} 500`],
    ['sentinel', `failover-timeout ${masterName} 3000`],
  ] as const
  const server = createServer(folder, port, ['--sentinel'], lines, {})
  await server.start()
  return server
}

/** Masters that share all slots; they find each other within a second or two. */
export async function startRedisCluster(count: 1 | 3, options: RedisServerOptions = {}) {
  const nodes: RedisServer[] = []
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.stop()))
  }
  try {
    for (const port of await clusterPorts(count))
      nodes.push(await startRedis({ ...options, port, cluster: true }))
    const slots = 16_384
    for (const [i, node] of nodes.entries()) {
      const first = Math.floor((i * slots) / count)
      await node.cli(
        'cluster',
        'addslotsrange',
        String(first),
        String(Math.floor(((i + 1) * slots) / count) - 1),
      )
      await node.cli('cluster', 'set-config-epoch', String(i + 1))
      if (i > 0) await node.cli('cluster', 'meet', '127.0.0.1', String(nodes[0]?.port))
    }
    await until(async () => {
      const infos = await Promise.all(nodes.map((node) => node.cli('cluster', 'info')))
      return infos.every(
        (info) => info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${count}`),
      )
    }, 'the nodes did not become one cluster')
  } catch (err) {
    await stop()
    throw err
  }
  return { nodes, stop }
}

/** A cluster's nodes talk to each other on their port plus 10,000. */
async function clusterPorts(count: number): Promise<number[]> {
  const ports: number[] = []
  while (ports.length < count)
    for (const port of await freePorts(8)) if (port < 55_000 && ports.length < count) ports.push(port)
  return ports
}

async function freePort(): Promise<number> {
  const [port] = await freePorts(1)
  if (port === undefined) throw new Error('no port is free')
  return port
}

function settingsOf(options: RedisServerOptions, folder: string, port: number): [string, string][] {
  const { tls } = options
  const lines: [string, string][] = [
    ['bind', '127.0.0.1'],
    ['dir', folder],
    // No snapshots beside the append-only file: what is tested is what the file holds.
    ['save', '""'],
    ['appendonly', options.appendonly === false ? 'no' : 'yes'],
    ['appendfsync', options.appendfsync ?? 'everysec'],
    ['port', tls === undefined ? String(port) : '0'],
  ]
  const add = (name: string, value: string | undefined) => {
    if (value !== undefined) lines.push([name, value])
  }
  add('requirepass', options.password)
  add('user', options.aclUser)
  add('maxmemory', options.maxmemory)
  add('maxmemory-policy', options.maxmemoryPolicy)
  add('replicaof', options.replicaof)
  if (options.cluster) {
    add('cluster-enabled', 'yes')
    add('cluster-node-timeout', '2000')
  }
  if (tls !== undefined) {
    add('tls-port', String(port))
    add('tls-cert-file', tls.certFile)
    add('tls-key-file', tls.keyFile)
    add('tls-ca-cert-file', tls.caFile)
    add('tls-auth-clients', 'no')
  }
  return [...lines, ...Object.entries(options.settings ?? {})]
}

function createServer(
  folder: string,
  port: number,
  extra: readonly string[],
  settings: readonly (readonly [string, string])[],
  { password, tls }: RedisServerOptions,
): RedisServer {
  let running: Supervised | undefined
  const logFile = join(folder, 'server.log')
  const conf = join(folder, 'server.conf')
  const cliArgs = [
    '-p',
    String(port),
    ...(tls === undefined ? [] : ['--tls', '--cacert', tls.caFile, '--sni', 'localhost', '-h', 'localhost']),
    ...(password === undefined ? [] : ['--no-auth-warning', '-a', password]),
  ]

  async function cli(...args: string[]): Promise<string> {
    const { stdout } = await runFile('redis-cli', [...cliArgs, ...args], { maxBuffer: 2 ** 26 })
    return stdout.trimEnd()
  }

  async function start(): Promise<void> {
    // A Sentinel rewrites its file; a server's is written once and read again on restart.
    if (!existsSync(conf)) writeFileSync(conf, settings.map(([name, value]) => `${name} ${value}\n`).join(''))
    running = await startSupervised(['redis-server', conf, ...extra], logFile)
    await until(async () => {
      if (!running?.isRunning()) throw new Error(`redis-server did not start:\n${logEnd()}`)
      const answer = await cli('ping').catch(() => '')
      return answer === 'PONG'
    }, 'redis-server does not answer')
  }

  function logEnd(): string {
    return readFileSync(logFile, 'utf8').slice(-2_000)
  }

  async function end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    await running?.end(signal)
    running = undefined
  }

  return {
    port,
    folder,
    url: `redis://${password === undefined ? '' : `:${password}@`}127.0.0.1:${port}`,
    cli,
    start,
    kill: () => end('SIGKILL'),
    async restart() {
      await end('SIGTERM')
      await start()
    },
    pause: () => signal(running, 'SIGSTOP'),
    resume: () => signal(running, 'SIGCONT'),
    async stop() {
      await end('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function signal(server: Supervised | undefined, name: 'SIGSTOP' | 'SIGCONT'): void {
  if (server === undefined) throw new Error('the server is not running')
  process.kill(server.pid, name)
}

async function until(isSo: () => Promise<boolean>, otherwise: string): Promise<void> {
  const deadline = performance.now() + startWithinMs
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`${otherwise} within ${startWithinMs} ms`)
    await sleep(20)
  }
}
