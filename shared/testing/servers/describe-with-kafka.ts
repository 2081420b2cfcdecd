import { describe } from 'vitest'
import { testServer } from './test-server.ts'

const kafka = await testServer('kafka')

/** A suite on the run's Kafka; skipped where none can be had. Each test takes a prefix of its own. */
export function describeWithKafka(name: string, suite: (kafka: { brokers: string[] }) => void): void {
  // A skipped suite is still read for its tests' names, so it is given an address nobody listens on.
  describe.skipIf(kafka === undefined)(name, () => suite(kafka ?? { brokers: ['127.0.0.1:1'] }))
}
