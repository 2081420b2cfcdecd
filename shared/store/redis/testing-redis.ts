import { Redis } from 'ioredis'
import type { z } from 'zod'
import { createSilentLogger } from '../../logging/index.ts'
import type { Clock } from '../../time/index.ts'
import { type RedisStoreConfig, redisStoreConfig } from './redis-config.ts'
import { openRedisStore, type RedisStore } from './redis-store.ts'

/** A checked config with short times. */
export function aConfig(given: Omit<z.input<typeof redisStoreConfig>, 'driver'>): RedisStoreConfig {
  return redisStoreConfig.parse({ driver: 'redis', connectWithinMs: 5_000, ...given })
}

export function openForTest(options: { config: RedisStoreConfig; clock?: Clock }): Promise<RedisStore> {
  return openRedisStore({ logger: createSilentLogger(), ...options })
}

/** Names of all keys under a prefix. */
export async function keysOf(url: string, prefix: string): Promise<string[]> {
  return withRedis(url, async (redis) => (await scan(redis, prefix)).sort())
}

/** Copies every key under a prefix; what is returned puts them back, and removes what came later. */
export async function copyOf(url: string, prefix: string): Promise<() => Promise<void>> {
  const rows = await withRedis(url, async (redis) => {
    const names = await scan(redis, prefix)
    return Promise.all(names.map(async (name) => ({ name, row: (await redis.dumpBuffer(name)) as Buffer })))
  })
  return async () => {
    await removeAll(url, prefix)
    await withRedis(url, (redis) => Promise.all(rows.map(({ name, row }) => redis.restore(name, 0, row))))
  }
}

/** Removes every key under a prefix. */
export async function removeAll(url: string, prefix: string): Promise<void> {
  await withRedis(url, async (redis) => {
    const names = await scan(redis, prefix)
    if (names.length > 0) await redis.unlink(names)
  })
}

/** Lends a plain client. */
export async function withRedis<T>(url: string, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(url, { protocol: 2 })
  try {
    return await work(redis)
  } finally {
    redis.disconnect()
  }
}

async function scan(redis: Redis, prefix: string): Promise<string[]> {
  const names = new Set<string>()
  let cursor = '0'
  do {
    const [next, found] = await redis.scan(cursor, 'MATCH', `${prefix}:*`, 'COUNT', 1_000)
    for (const name of found) names.add(name)
    cursor = next
  } while (cursor !== '0')
  return [...names]
}
