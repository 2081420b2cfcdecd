import { describe } from 'vitest'
import { testServer } from './test-server.ts'

const installed = await testServer('redisServer')

/** A suite that starts private servers (`startRedis`); skipped where `redis-server` is not installed. */
export function describeWithRedisServer(name: string, suite: () => void): void {
  describe.skipIf(installed === undefined)(name, suite)
}
