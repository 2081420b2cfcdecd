import { z } from 'zod'
import { secret } from '../../config/index.ts'

const address = z
  .string()
  .regex(/^(\[[0-9a-fA-F:.]+\]|[^\s:[\]]+):\d{1,5}$/, 'host:port, e.g. redis.example:6379 or [::1]:6379')

/** No password in the file itself; one that comes with the URL (as hosting providers give it) comes as a secret. */
const url = z.union([
  z
    .string()
    .regex(/^rediss?:\/\//, 'redis://host:port/database or rediss:// (TLS)')
    .refine((text) => !text.includes('@'), 'a URL without user and password: give it as { env: NAME }'),
  secret,
])

const tls = z.strictObject({
  enabled: z.boolean().default(true),
  /** File with the authority's certificate, PEM; absent: those the machine trusts. */
  caFile: z.string().min(1).optional(),
  /** Files with our own certificate and its key, PEM, where the server asks for one. */
  certFile: z.string().min(1).optional(),
  keyFile: z.string().min(1).optional(),
  /** Name the server's certificate must be for, where it is not the host that is called. */
  serverName: z.string().min(1).optional(),
})

/** What a weaker server may do, said by the operator. */
const weaknesses = ['no_aof', 'eviction'] as const
export type Weakness = (typeof weaknesses)[number]

/** The Redis driver in nabiz.yaml, under `store`. */
export const redisStoreConfig = z
  .strictObject({
    driver: z.literal('redis'),
    /** sentinel: `nodes` are the sentinels. cluster: `nodes` are some of the nodes, the others are found through them. */
    mode: z.enum(['single', 'sentinel', 'cluster']).default('single'),
    /** The server, for `single`; instead of `nodes`. */
    url: url.optional(),
    nodes: z.array(address).min(1).optional(),
    /** Number of the database, for `single` and `sentinel`. */
    database: z.int().min(0).max(1_000_000).optional(),
    /** Name of the ACL user; absent: `default`. */
    user: z.string().min(1).optional(),
    password: secret.optional(),
    tls: tls.optional(),
    /** For `sentinel`: the name it knows the master by, and what it asks of its own clients. */
    sentinel: z
      .strictObject({
        masterName: z.string().min(1),
        user: z.string().min(1).optional(),
        password: secret.optional(),
        /** Sentinels speak TLS too, with the same files. */
        tls: z.boolean().default(false),
      })
      .optional(),
    /** Begins every key; two installations may share a server under different ones. */
    prefix: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,64}$/, '1 to 64 letters, digits, dots, dashes or underscores')
      .default('nabiz'),
    /**
     * A weaker server, accepted knowingly. no_aof: a restart of the server loses what it took since its last snapshot, or
     * everything. eviction: a full server forgets ids it has seen, and states with them.
     */
    accept: z.array(z.enum(weaknesses)).default([]),
    /** How long one call may take before it fails, ms; raise it for a slow line to the server. */
    timeoutMs: z.int().min(50).max(600_000).default(5_000),
    /** How long the start waits for a server that is not there yet, ms. */
    connectWithinMs: z.int().min(100).max(600_000).default(25_000),
  })
  .check((context) => {
    for (const [path, message] of faultsOf(context.value))
      context.issues.push({ code: 'custom', message, path: [path], input: context.value })
  })
export type RedisStoreConfig = z.output<typeof redisStoreConfig>

function faultsOf(config: {
  mode: string
  url?: unknown
  nodes?: unknown
  database?: number | undefined
  sentinel?: { tls: boolean } | undefined
  tls?: z.output<typeof tls> | undefined
}): [string, string][] {
  const faults: [string, string][] = []
  if (config.url !== undefined && config.nodes !== undefined) faults.push(['url', 'either url or nodes'])
  if (config.url !== undefined && config.mode !== 'single')
    faults.push(['url', `nodes instead of url, as mode is ${config.mode}`])
  if (config.mode !== 'single' && config.nodes === undefined)
    faults.push(['nodes', `a list of host:port, as mode is ${config.mode}`])
  if (config.mode === 'single' && Array.isArray(config.nodes) && config.nodes.length > 1)
    faults.push(['nodes', 'one host:port, or mode: cluster or sentinel'])
  if (config.mode === 'sentinel' && config.sentinel === undefined)
    faults.push(['sentinel', '{ masterName: NAME }, as mode is sentinel'])
  if (config.sentinel?.tls && !config.tls?.enabled)
    faults.push(['tls', '{} at least, as sentinel.tls is true'])
  if (config.mode === 'cluster' && (config.database ?? 0) !== 0)
    faults.push(['database', '0: a cluster has one database'])
  if ((config.tls?.certFile === undefined) !== (config.tls?.keyFile === undefined))
    faults.push(['tls', 'certFile and keyFile together'])
  return faults
}
