import { describe } from 'vitest'
import { testServer } from './test-server.ts'

const kafka = await testServer('kafkaServer')
const redis = await testServer('redisServer')

/** A suite that starts brokers and Redis servers of its own; skipped where either cannot be had. */
export function describeWithOwnServers(name: string, suite: () => void): void {
  describe.skipIf(kafka === undefined || redis === undefined)(name, suite)
}
