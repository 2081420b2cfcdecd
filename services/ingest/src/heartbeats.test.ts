import { type Heartbeat, partitionCount } from '@nabiz/shared/contracts'
import { DependencyError } from '@nabiz/shared/errors'
import type { Log, NewRecord } from '@nabiz/shared/log'
import { createSilentLogger } from '@nabiz/shared/logging'
import { createRegistry } from '@nabiz/shared/metrics'
import { ManualClock } from '@nabiz/shared/time'
import { describe, expect, it } from 'vitest'
import { createHeartbeats } from './heartbeats.ts'
import { createConditions } from './hosts/conditions.ts'
import { createTelemetry } from './telemetry.ts'

describe('heartbeats of a replica with a webhook', () => {
  it('go to every partition with its name and its clock', async () => {
    const { beat, written, clock } = setup()
    await beat()
    expect(written().map(({ partition }) => partition)).toEqual(
      Array.from({ length: partitionCount }, (_, partition) => partition),
    )
    expect(written()[0]?.heartbeat).toMatchObject({ at: clock.now(), source: 'ingest-1' })
  })

  it('call it ok once log and store are back, though nobody has called it since it failed', async () => {
    const { beat, written, conditions } = setup()
    conditions.report('webhook', 'main', 'webhook', { condition: 'blind', reason: 'log_unavailable' })
    await beat()
    expect(written()[0]?.heartbeat.connectors).toMatchObject([{ platform: 'webhook', condition: 'ok' }])
  })

  it('do not come while it cannot accept: what the other replica says stands', async () => {
    const { beat, written, healthy, goAway } = setup()
    goAway()
    await beat()
    expect(written()).toEqual([])
    expect(healthy()).toBe(false)
  })

  it('say nothing of an account whose lease another replica holds', async () => {
    const { beat, written, conditions } = setup()
    conditions.report('telegram', 'main', 'poller', { condition: 'ok' })
    conditions.forget('telegram', 'main', 'poller')
    await beat()
    expect(written()[0]?.heartbeat.connectors.map(({ platform }) => platform)).toEqual(['webhook'])
  })
})

function setup() {
  const clock = new ManualClock(Date.UTC(2026, 10, 2))
  const conditions = createConditions(clock, () => undefined)
  const records: NewRecord[] = []
  let isAway = false
  const log: Pick<Log, 'append'> = {
    async append(batch) {
      records.push(...batch)
      return []
    },
  }
  const heartbeats = createHeartbeats({
    log,
    clock,
    conditions,
    telemetry: createTelemetry(createRegistry(), createSilentLogger()),
    source: 'ingest-1',
    async checkHealth() {
      if (isAway) throw new DependencyError('store_unavailable', 'away', { retryable: true })
    },
    onHealthy: () => conditions.report('webhook', 'main', 'webhook', { condition: 'ok' }),
  })
  return {
    ...heartbeats,
    clock,
    conditions,
    goAway: () => {
      isAway = true
    },
    written: () =>
      records.map(({ partition, value }) => ({
        partition,
        heartbeat: JSON.parse(Buffer.from(value).toString()) as Heartbeat,
      })),
  }
}
