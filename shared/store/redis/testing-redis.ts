import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { z } from 'zod'
import { Secret } from '../../config/index.ts'
import { DependencyError } from '../../errors/index.ts'
import { createSilentLogger } from '../../logging/index.ts'
import type { Clock } from '../../time/index.ts'
import { type RedisStoreConfig, redisStoreConfig } from './redis-config.ts'
import { openRedisStore, type RedisStore } from './redis-store.ts'

/** A checked config with short times; `url` may carry a password, as the environment's may. */
export function aConfig({
  url,
  ...given
}: Omit<z.input<typeof redisStoreConfig>, 'driver' | 'url'> & { url?: string }): RedisStoreConfig {
  const config = redisStoreConfig.parse({ driver: 'redis', connectWithinMs: 5_000, ...given })
  return url === undefined ? config : { ...config, url: new Secret(url) }
}

export function openForTest(options: { config: RedisStoreConfig; clock?: Clock }): Promise<RedisStore> {
  return openRedisStore({ logger: createSilentLogger(), ...options })
}

/** Names of all keys under a prefix, on a server or the masters of a cluster. */
export async function keysOf(urls: string | readonly string[], prefix: string): Promise<string[]> {
  const names = await Promise.all([urls].flat().map((url) => withRedis(url, (redis) => scan(redis, prefix))))
  return names.flat().sort()
}

/** Copies every key under a prefix; what is returned puts them back, and removes what came later. */
export async function copyOf(urls: string | readonly string[], prefix: string): Promise<() => Promise<void>> {
  const copies = await Promise.all([urls].flat().map((url) => withRedis(url, (redis) => copy(redis, prefix))))
  return async () => {
    await removeAll(urls, prefix)
    for (const [i, rows] of copies.entries())
      await withRedis([urls].flat()[i] ?? '', (redis) =>
        Promise.all(rows.map(({ name, row }) => redis.restore(name, 0, row))),
      )
  }
}

async function copy(redis: Redis, prefix: string): Promise<{ name: string; row: Buffer }[]> {
  const names = await scan(redis, prefix)
  return Promise.all(names.map(async (name) => ({ name, row: (await redis.dumpBuffer(name)) as Buffer })))
}

/** Removes every key under a prefix. */
export async function removeAll(urls: string | readonly string[], prefix: string): Promise<void> {
  for (const url of [urls].flat())
    await withRedis(url, async (redis) => {
      const names = await scan(redis, prefix)
      await Promise.all(names.map((name) => redis.unlink(name)))
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

/** Repeats a call until the store can be reached again; what is no outage is thrown. */
export async function eventually<T>(call: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + 15_000
  for (;;) {
    try {
      return await call()
    } catch (err) {
      if (!(err instanceof DependencyError && err.retryable) || performance.now() > deadline) throw err
      await sleep(20)
    }
  }
}
