import { randomBytes } from 'node:crypto'
import { describe } from 'vitest'
import { testServer } from './test-server.ts'

const redis = await testServer('redis')
const installed = await testServer('redisServer')

/** A suite on the run's Redis; skipped where none can be had. Each test takes a prefix of its own (`aPrefix`). */
export function describeWithRedis(name: string, suite: (redis: { url: string }) => void): void {
  // A skipped suite is still read for its tests' names, so it is given an address nobody listens on.
  describe.skipIf(redis === undefined)(name, () => suite(redis ?? { url: 'redis://127.0.0.1:1' }))
}

/** A suite that starts private servers; skipped where `redis-server` is not installed. */
export function describeWithRedisServer(name: string, suite: () => void): void {
  describe.skipIf(installed === undefined)(name, suite)
}

/** A key prefix nobody else uses. */
export function aPrefix(): string {
  return `nabiz-test-${randomBytes(6).toString('hex')}`
}
