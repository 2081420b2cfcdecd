import { randomBytes } from 'node:crypto'
import { DependencyError } from '../../errors/index.ts'
import type { Logger } from '../../logging/index.ts'
import type { Clock } from '../../time/index.ts'
import { keyBytes, prefixBytes } from '../check-key.ts'
import { checkTimer } from '../check-timer.ts'
import { checkTtl } from '../check-ttl.ts'
import type { Store } from '../store.ts'
import { Connection } from './connection.ts'
import { createDueTimes } from './due-times.ts'
import { createKeyedValues } from './keyed-values.ts'
import { createKeys, type Keys } from './keys.ts'
import { createLeases } from './leases.ts'
import { openClient } from './open-client.ts'
import { createPartitionStates } from './partition-states.ts'
import type { RedisStoreConfig } from './redis-config.ts'
import { script } from './script.ts'

export interface RedisStoreOptions {
  config: RedisStoreConfig
  logger: Logger
  /** For tests: expiry and leases go by this clock. Absent: by the server's, so that no member's own clock matters. */
  clock?: Clock
}

/** The store on Redis. */
export interface RedisStore extends Store {
  readonly driver: 'redis'
}

/** What every write needs, tried once at the start. */
const probe = script('probe', `redis.call('SET', KEYS[1], '1') redis.call('UNLINK', KEYS[1]) return 1`)

/**
 * Connects to Redis and looks whether it keeps what it acknowledges. DependencyError `store_unavailable`, not to be retried,
 * when it is not there within `connectWithinMs` or is not fit, with what was found and what to do. Values handed to the
 * store must not be changed until the write has settled.
 */
export async function openRedisStore({ config, logger, clock }: RedisStoreOptions): Promise<RedisStore> {
  const { client, server } = await openClient(config)
  const connection = new Connection({ client, server, timeoutMs: config.timeoutMs, clock, logger })
  const keys = createKeys(config.prefix)
  try {
    await connection.watch()
    await tryToWrite(connection, keys)
  } catch (err) {
    connection.disconnect()
    throw err
  }
  return createStore(connection, keys)
}

/** A full server is one we can begin with: it takes writes again when there is room. */
async function tryToWrite(connection: Connection, keys: Keys): Promise<void> {
  try {
    await connection.run(probe, [`${keys.probe}:${randomBytes(9).toString('base64url')}`], [])
  } catch (err) {
    if (!(err instanceof DependencyError && err.code === 'store_full')) throw err
  }
}

function createStore(connection: Connection, keys: Keys): RedisStore {
  const values = createKeyedValues(connection, keys)
  const leases = createLeases(connection, keys)
  const dueTimes = createDueTimes(connection, keys)
  const underWay = new Set<Promise<unknown>>()
  let closing: Promise<void> | undefined

  async function run<T>(call: () => Promise<T>): Promise<T> {
    if (closing !== undefined)
      throw new DependencyError('closed', `the store on Redis ${connection.server} is closed`, {
        retryable: false,
      })
    const done = call()
    underWay.add(done)
    try {
      return await done
    } finally {
      underWay.delete(done)
    }
  }

  return {
    driver: 'redis',

    async get(key) {
      keyBytes('key', key)
      return run(async () => (await values.getMany([key]))[0])
    },
    async getMany(wanted) {
      for (const key of wanted) keyBytes('key', key)
      return run(() => values.getMany(wanted))
    },
    async set(key, value, { ttlMs } = {}) {
      keyBytes('key', key)
      checkTtl(ttlMs)
      await run(() => values.setMany([{ key, value, ttlMs }]))
    },
    async setMany(entries) {
      for (const { key, ttlMs } of entries) {
        keyBytes('key', key)
        checkTtl(ttlMs)
      }
      await run(() => values.setMany(entries))
    },
    async delete(wanted) {
      for (const key of wanted) keyBytes('key', key)
      await run(() => values.remove(wanted))
    },
    async compareAndSet(key, expected, next, { ttlMs } = {}) {
      keyBytes('key', key)
      checkTtl(ttlMs)
      return run(() => values.compareAndSet(key, expected, next, ttlMs))
    },
    async compareAndSetMany(entries) {
      for (const { key, ttlMs } of entries) {
        keyBytes('key', key)
        checkTtl(ttlMs)
      }
      return run(() => values.compareAndSetMany(entries))
    },
    async list(prefix) {
      prefixBytes('prefix', prefix)
      return run(() => values.list(prefix))
    },

    async acquireLease(name, holder, ttlMs) {
      keyBytes('name', name)
      keyBytes('holder', holder)
      checkTtl(ttlMs)
      return run(() => leases.acquire(name, holder, ttlMs))
    },
    async renewLease(lease, ttlMs) {
      checkTtl(ttlMs)
      return run(() => leases.renew(lease, ttlMs))
    },
    async releaseLease(lease) {
      await run(() => leases.release(lease))
    },

    async schedule(timers) {
      for (const timer of timers) checkTimer(timer)
      await run(() => dueTimes.schedule(timers))
    },
    async unschedule(timers) {
      for (const timer of timers) checkTimer(timer)
      await run(() => dueTimes.unschedule(timers))
    },
    async due(queue, now, limit) {
      keyBytes('queue', queue)
      return run(() => dueTimes.due(queue, now, limit))
    },

    partitions: (stage) => createPartitionStates(stage, connection, keys, run),

    close() {
      closing ??= Promise.allSettled(underWay).then(() => connection.disconnect())
      return closing
    },
  }
}
