import { type Heartbeat, partitionCount } from '@nabiz/shared/contracts'
import type { Log, NewRecord } from '@nabiz/shared/log'
import type { Part } from '@nabiz/shared/pipeline'
import { type Clock, second } from '@nabiz/shared/time'
import type { Conditions } from './hosts/conditions.ts'
import type { IngestTelemetry } from './telemetry.ts'

export interface HeartbeatsOptions {
  log: Pick<Log, 'append'>
  clock: Clock
  conditions: Conditions
  telemetry: IngestTelemetry
  /** Stable name of this replica. */
  source: string
  /** Checks what accepting needs beside the log (the store); rejects when it is not there. */
  checkHealth(): Promise<void>
  /** Everything works: what was reported blind for our own faults sees again. */
  onHealthy(): void
  intervalMs?: number
}

/** The heartbeat as records: one for each of `partitions`, keyed apart from any brand. */
export function heartbeatRecords(heartbeat: Heartbeat, partitions: readonly number[]): NewRecord[] {
  const value = Buffer.from(JSON.stringify(heartbeat), 'utf8')
  return partitions.map((partition) => ({
    topic: 'mentions',
    key: `#heartbeat/${partition}`,
    value,
    partition,
  }))
}

const allPartitions = Array.from({ length: partitionCount }, (_, partition) => partition)

/** Writes this replica's clock and its connectors' conditions to every partition every five seconds. */
export function createHeartbeats(
  options: HeartbeatsOptions,
): Part & { beat(): Promise<void>; healthy(): boolean } {
  const { log, clock, conditions, telemetry, source } = options
  const stopping = new AbortController()
  let running: Promise<void> | undefined
  let healthy = true

  async function beat(): Promise<void> {
    try {
      await options.checkHealth()
      options.onHealthy()
      const current = conditions.current()
      telemetry.conditions(current)
      const heartbeat: Heartbeat = { v: 1, type: 'heartbeat', at: clock.now(), source, connectors: current }
      await log.append(heartbeatRecords(heartbeat, allPartitions))
      telemetry.heartbeatWritten(heartbeat.at)
      healthy = true
    } catch (err) {
      healthy = false
      telemetry.heartbeatFailed(err)
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await beat()
      await clock.sleep(options.intervalMs ?? 5 * second, stopping.signal)
    }
  }

  return {
    name: 'heartbeats',
    beat,
    healthy: () => healthy,
    async start() {
      running = run()
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}
