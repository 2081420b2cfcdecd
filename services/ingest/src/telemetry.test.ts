import type { ConnectorCondition } from '@nabiz/shared/contracts'
import { createSilentLogger } from '@nabiz/shared/logging'
import { createRegistry } from '@nabiz/shared/metrics'
import { expect, it } from 'vitest'
import { createTelemetry } from './telemetry.ts'

it('shows one condition in force for each connector, and how far behind it reads', async () => {
  const { say, value } = setup()
  say({ condition: 'catching_up', lagMs: 90_000 })
  say({ condition: 'catching_up', lagMs: 61_500 })
  expect(await value('nabiz_ingest_connector_lag_seconds')).toEqual([61.5])
  say({ condition: 'ok' })
  expect(await value('nabiz_ingest_connector_lag_seconds')).toEqual([0])
  expect(await value('nabiz_ingest_connector_condition', 'catching_up')).toEqual([0])
  expect(await value('nabiz_ingest_connector_condition', 'ok')).toEqual([1])
})

it('takes back what it said of an account that another replica speaks for now', async () => {
  const { say, sayNothing, value } = setup()
  say({ condition: 'catching_up', lagMs: 90_000 })
  sayNothing()
  expect(await value('nabiz_ingest_connector_condition')).toEqual([0])
  expect(await value('nabiz_ingest_connector_lag_seconds')).toEqual([0])
  say({ condition: 'catching_up' })
  expect(await value('nabiz_ingest_connector_condition')).toEqual([1])
})

it('shows no lag where the platform tells none', async () => {
  const { say, value } = setup()
  say({ condition: 'ok' })
  expect(await value('nabiz_ingest_connector_lag_seconds')).toEqual([])
})

function setup() {
  const registry = createRegistry()
  const telemetry = createTelemetry(registry, createSilentLogger())
  return {
    say: (told: Pick<ConnectorCondition, 'condition' | 'lagMs'>) =>
      telemetry.conditions([{ platform: 'forum', account: 'main', ...told }]),
    sayNothing: () => telemetry.conditions([]),
    /** Values of a gauge, of one condition if that is named. */
    async value(name: string, condition?: string): Promise<number[]> {
      const { values } = (await registry.getSingleMetric(name)?.get()) ?? { values: [] }
      return values
        .filter(({ labels }) => condition === undefined || labels.condition === condition)
        .map((found) => found.value)
    },
  }
}
