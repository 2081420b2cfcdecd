import { describe } from 'vitest'
import { testServer } from './test-server.ts'

const installed = await testServer('kafkaServer')

/** A suite that starts private brokers; skipped where Java or the jars cannot be had. */
export function describeWithKafkaServer(name: string, suite: () => void): void {
  describe.skipIf(installed === undefined)(name, suite)
}
