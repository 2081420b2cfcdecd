import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSilentLogger } from '../../logging/index.ts'
import { startRedis } from '../../testing/servers/redis-server.ts'
import { systemClock } from '../../time/index.ts'
import { openEmbeddedStore, openRedisStore, redisStoreConfig } from '../index.ts'
import { measureStore, type StoreFigures } from './measure-store.ts'

// Prints the figures of both drivers, Redis on this machine: node --import tsx shared/store/bench/main.ts
const size = { brands: 150, commits: 300 }
const figures: Record<string, StoreFigures> = {}

for (const appendfsync of ['everysec', 'always'] as const) {
  const server = await startRedis({ appendfsync })
  const config = redisStoreConfig.parse({ driver: 'redis', url: server.url })
  const store = await openRedisStore({ config, logger: createSilentLogger() })
  const usedBytes = async () =>
    Number(/used_memory:(\d+)/.exec(await server.cli('info', 'memory'))?.[1] ?? Number.NaN)
  figures[`redis, appendfsync ${appendfsync}`] = await measureStore(store, { ...size, usedBytes })
  await store.close()
  await server.stop()
}

const folder = await mkdtemp(join(tmpdir(), 'nabiz-bench-'))
const embedded = await openEmbeddedStore({ folder, clock: systemClock })
figures.embedded = await measureStore(embedded, size)
await embedded.close()
await rm(folder, { recursive: true })

console.table(figures)
