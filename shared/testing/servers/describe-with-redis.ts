import { describe } from 'vitest'
import { testServer } from './test-server.ts'

const redis = await testServer('redis')

/** A suite on the run's Redis; skipped where none can be had. Each test takes a prefix of its own (`aPrefix`). */
export function describeWithRedis(name: string, suite: (redis: { url: string }) => void): void {
  // A skipped suite is still read for its tests' names, so it is given an address nobody listens on.
  describe.skipIf(redis === undefined)(name, () => suite(redis ?? { url: 'redis://127.0.0.1:1' }))
}
