import { readdirSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import type { RedisServer } from './redis-server.ts'

const lookEveryMs = 50
const keptMs = 60_000

/** Takes from a server the last writes of its append-only file, as a power cut does under `appendfsync everysec`. */
export interface RedisTail {
  /** Kills the server, cuts its file back to what it was `ms` before, a minute at most, starts it; resolves to the bytes lost. */
  lose(ms: number): Promise<number>
  close(): void
}

/** Watches the file of a server that never rewrites it (`auto-aof-rewrite-percentage 0`). */
export function watchRedisTail(redis: RedisServer): RedisTail {
  const sizes: { at: number; bytes: number }[] = []
  const timer = setInterval(() => {
    sizes.push({ at: performance.now(), bytes: statSync(appendOnlyFile(redis)).size })
    if (sizes.length > keptMs / lookEveryMs) sizes.shift()
  }, lookEveryMs)
  return {
    async lose(ms) {
      await redis.kill()
      const before = performance.now() - ms
      const file = appendOnlyFile(redis)
      const bytes = statSync(file).size
      const kept = (sizes.findLast(({ at }) => at <= before) ?? sizes[0])?.bytes ?? bytes
      truncateSync(file, kept)
      sizes.length = 0
      await redis.start()
      return bytes - kept
    },
    close: () => clearInterval(timer),
  }
}

/** The one file that is appended to. */
function appendOnlyFile(redis: RedisServer): string {
  const folder = join(redis.folder, 'appendonlydir')
  const [name, ...others] = readdirSync(folder).filter((entry) => entry.endsWith('.incr.aof'))
  if (name === undefined || others.length > 0)
    throw new Error(`${folder}: expected one file that is appended to`)
  return join(folder, name)
}
