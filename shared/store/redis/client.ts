import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import { Cluster, Redis, type RedisOptions } from 'ioredis'
import { Secret } from '../../config/index.ts'
import { DependencyError, messageOf } from '../../errors/index.ts'
import type { RedisStoreConfig } from './redis-config.ts'

export type Client = Redis | Cluster

type Options = Omit<RedisOptions, 'replyMapping' | 'port'>

interface Target {
  host: string
  port: number
}

const shortestWaitMs = 50
const longestWaitMs = 2_000
/** How long a node may take to accept a connection. */
const longestConnectMs = 3_000

/** A client that is not connected yet, and the servers it is to reach, for messages. */
export function createClient(config: RedisStoreConfig): { client: Client; server: string } {
  const url = config.url === undefined ? undefined : parseUrl(config.url)
  const targets = url === undefined ? (config.nodes ?? ['127.0.0.1:6379']).map(parseAddress) : [url.target]
  const tls = tlsOptions(config, url?.tls ?? false)
  const common = {
    ...commonOptions(config),
    ...optional('username', config.user ?? url?.user),
    ...optional('password', config.password?.reveal() ?? url?.password),
    ...optional('tls', tls),
  }
  const server = targets.map(({ host, port }) => `${host}:${port}`).join(', ')
  if (config.mode === 'cluster') return { client: createCluster(targets, common), server }
  const db = config.database ?? url?.database ?? 0
  if (config.mode === 'single') return { client: new Redis({ ...common, ...targets[0], db }), server }
  const { sentinel } = config
  const sentinels: Options = {
    sentinels: targets,
    ...optional('name', sentinel?.masterName),
    ...optional('sentinelUsername', sentinel?.user),
    ...optional('sentinelPassword', sentinel?.password?.reveal()),
    ...(tls === undefined ? {} : { enableTLSForSentinelMode: true }),
    ...(sentinel?.tls && tls !== undefined ? { sentinelTLS: tls } : {}),
    sentinelCommandTimeout: config.timeoutMs,
    // Without a number the client would end for good once no sentinel answers.
    sentinelRetryStrategy: retryStrategy,
    // Leaves a master that was voted out although it still answers.
    failoverDetector: true,
  }
  return {
    client: new Redis({ ...common, ...sentinels, db }),
    server: `${sentinel?.masterName} (${server})`,
  }
}

/**
 * Nothing is sent twice and nothing waits for a connection: a call in flight when the connection breaks fails, as does one
 * made before it is back. Whether such a call was carried out, its caller finds out by reading.
 */
function commonOptions(config: RedisStoreConfig): Options {
  return {
    lazyConnect: true,
    protocol: 2,
    connectTimeout: Math.min(longestConnectMs, config.timeoutMs),
    commandTimeout: config.timeoutMs,
    // A connection on which nothing has come back for as long is given up, and what waits on it with it.
    socketTimeout: config.timeoutMs,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    maxLoadingRetryTime: 1_000,
    // A server that has become a replica: connect again, which finds the new master where there is one to find.
    reconnectOnError: (err) => /\bREADONLY\b/.test(err.message),
    retryStrategy,
    disableClientInfo: true,
    connectionName: 'nabiz',
  }
}

function createCluster(nodes: Target[], redisOptions: Options): Cluster {
  // A cluster's client sets these itself for each node.
  const { retryStrategy: _, enableOfflineQueue: __, ...forNodes } = redisOptions
  return new Cluster(nodes, {
    redisOptions: forNodes,
    lazyConnect: true,
    enableOfflineQueue: false,
    // A command whose connection broke may have been carried out: it is not sent again. Redirected ones were not.
    retryDelayOnFailover: 0,
    slotsRefreshTimeout: redisOptions.connectTimeout ?? longestConnectMs,
    slotsRefreshInterval: 10_000,
    clusterRetryStrategy: retryStrategy,
    // Certificates name hosts, so these are not looked up beforehand.
    ...(redisOptions.tls === undefined
      ? {}
      : { dnsLookup: (host: string, done: (err: null, address: string) => void) => done(null, host) }),
  })
}

function retryStrategy(times: number): number {
  return Math.min(longestWaitMs, shortestWaitMs * 2 ** Math.min(times - 1, 10)) * (0.75 + Math.random() / 2)
}

function parseAddress(text: string): Target {
  const colon = text.lastIndexOf(':')
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ''), port: Number(text.slice(colon + 1)) }
}

function parseUrl(given: string | Secret) {
  const text = given instanceof Secret ? given.reveal() : given
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^rediss?:$/.test(url.protocol) || !/^(\/\d*)?$/.test(url.pathname))
    throw unavailable('url: found a text that is none; expected redis://host:port/database or rediss://…')
  const port = url.port === '' ? 6379 : Number(url.port)
  return {
    target: { host: url.hostname.replace(/^\[|\]$/g, ''), port },
    tls: url.protocol === 'rediss:',
    user: url.username === '' ? undefined : decodeURIComponent(url.username),
    password: url.password === '' ? undefined : decodeURIComponent(url.password),
    database: url.pathname.length > 1 ? Number(url.pathname.slice(1)) : undefined,
  }
}

function tlsOptions({ tls }: RedisStoreConfig, byUrl: boolean): ConnectionOptions | undefined {
  if (!(tls?.enabled ?? byUrl)) return undefined
  return {
    rejectUnauthorized: true,
    ...optional('ca', read('tls.caFile', tls?.caFile)),
    ...optional('cert', read('tls.certFile', tls?.certFile)),
    ...optional('key', read('tls.keyFile', tls?.keyFile)),
    ...optional('servername', tls?.serverName),
  }
}

function read(field: string, path: string | undefined): Buffer | undefined {
  if (path === undefined) return undefined
  try {
    return readFileSync(path)
  } catch (err) {
    throw unavailable(`${field}: ${path} cannot be read: ${messageOf(err)}`)
  }
}

function optional<K extends string, T>(name: K, value: T | undefined): { [P in K]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { [P in K]?: T })
}

function unavailable(message: string): DependencyError {
  return new DependencyError('store_unavailable', message, { retryable: false })
}
