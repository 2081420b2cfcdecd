import { expect, inject } from 'vitest'

/** What a suite gets of each server it may ask for. */
export interface TestServers {
  /** A Redis for the whole run, with an append-only file; shared, so only under a prefix of one's own. */
  redis: { url: string }
  /** An Apache Kafka for the whole run; shared, so only under a prefix of one's own. */
  kafka: { brokers: string[] }
  /** Kafka's jars on this machine, to start private brokers with. */
  kafkaServer: object
  /** `redis-server` on this machine, to start private ones with. */
  redisServer: object
}
export type TestServerName = keyof TestServers

/** Answer of `scripts/test-servers.ts` to a suite. */
export type TestServerAnswer =
  | { kind: 'there'; server: unknown }
  /** Cannot be had: the suite is skipped, and the run says so at its end. */
  | { kind: 'skip'; reason: string }
  /** Cannot be had where every suite must run. */
  | { kind: 'fail'; reason: string }

declare module 'vitest' {
  interface ProvidedContext {
    /** Where suites ask for servers; a server is found or started when the first suite asks. */
    testServers: string
  }
}

/** Asks for a server at the top of a test file; undefined: skip. Rejects where skipping is not allowed. */
export async function testServer<N extends TestServerName>(name: N): Promise<TestServers[N] | undefined> {
  const suite = expect.getState().testPath ?? 'unknown'
  const response = await fetch(`${inject('testServers')}/${name}?suite=${encodeURIComponent(suite)}`)
  const answer = (await response.json()) as TestServerAnswer
  if (answer.kind === 'fail') throw new Error(answer.reason)
  return answer.kind === 'there' ? (answer.server as TestServers[N]) : undefined
}
