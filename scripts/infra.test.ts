import { partitionCount } from '@nabiz/shared/contracts'
import { createSilentLogger } from '@nabiz/shared/logging'
import { createRegistry } from '@nabiz/shared/metrics'
import { describe, expect, it } from 'vitest'
import type { DeliveryResult } from '../services/alerting/src/channels/channel.ts'
import { alertingConfig } from '../services/alerting/src/config.ts'
import { createTelemetry as alertingTelemetry } from '../services/alerting/src/telemetry.ts'
import { ingestConfig } from '../services/ingest/src/config.ts'
import { createTelemetry as ingestTelemetry } from '../services/ingest/src/telemetry.ts'
import { scoringConfig } from '../services/scoring/src/config.ts'
import { faultsOf, infraFiles, readAlerts, readTargets, readYaml, servedMetrics } from './check-infra.ts'
import { selectorsOf } from './read-promql.ts'

const served = await servedMetrics()
const alerts = readAlerts()

describe('infra', () => {
  it.each(infraFiles())('%s is YAML', (path) => {
    expect(() => readYaml(path)).not.toThrow()
  })

  it('scrapes every service at the port it has without a config', () => {
    expect(readTargets()).toEqual(
      new Map([
        ['nabiz-ingest', [`127.0.0.1:${ingestConfig.parse({}).port}`]],
        ['nabiz-scoring', [`127.0.0.1:${scoringConfig.parse({}).port}`]],
        ['nabiz-alerting', [`127.0.0.1:${alertingConfig.parse({}).port}`]],
      ]),
    )
  })
})

describe('alerts', () => {
  it.each(alerts)('$alert asks for metrics and labels that a service serves', ({ expr }) => {
    expect(faultsOf(expr, served)).toEqual([])
  })

  it('have names of their own', () => {
    expect(new Set(alerts.map((each) => each.alert)).size).toBe(alerts.length)
  })

  it.each(alerts)(
    '$alert puts only labels into its words that its expression leaves',
    ({ expr, annotations }) => {
      const words = `${annotations.summary} ${annotations.description}`
      const used = [...words.matchAll(/\$labels\.(\w+)/g)].map((match) => match[1])
      const { selectors, grouping } = selectorsOf(expr)
      const carried = selectors.flatMap((selector) => served.get(selector.metric) ?? [])
      const left = grouping.length > 0 && /\bby\b/.test(expr) ? grouping : carried
      for (const label of used) expect(left).toContain(label)
    },
  )

  it('expect as many partitions as there are', () => {
    const unread = alerts.find((each) => each.alert === 'NabizPartitionsUnread')
    expect(unread?.expr).toContain(`< ${partitionCount}`)
  })

  it('ask for the values that the services give to labels', async () => {
    const told = await tellEverything()
    const asked = alerts
      .flatMap(({ expr }) => selectorsOf(expr).selectors)
      .flatMap(({ metric, labels }) => labels.map((label) => ({ metric, ...label })))
      .filter(({ name }) => name !== 'job')
    expect(asked.length).toBeGreaterThan(3)
    for (const { metric, name, value } of asked)
      for (const one of value.split('|'))
        expect(told).toMatch(new RegExp(`${metric}\\{[^}]*${name}="${one}"`))
  })

  it('ask for jobs that are scraped', () => {
    const jobs = alerts
      .flatMap(({ expr }) => selectorsOf(expr).selectors.flatMap((selector) => selector.labels))
      .filter(({ name }) => name === 'job')
    expect(jobs.length).toBeGreaterThan(3)
    const targets = [...readTargets().keys()]
    for (const { value } of jobs)
      expect(targets.some((target) => new RegExp(`^(?:${value})$`).test(target))).toBe(true)
  })
})

describe('faultsOf', () => {
  const known = new Map([
    ['a_total', ['job', 'reason']],
    ['up', ['job']],
  ])

  it.each([
    ['increase(b_total[5m]) > 0', 'names b_total, which no service serves'],
    ['a_total{colour="red"} > 0', 'asks a_total for the label "colour"; it has job, reason'],
    ['sum by (brand) (rate(a_total[5m])) > 0', 'groups by "brand", which no metric of it carries'],
    ['vector(1) > 0', 'names no metric'],
    ['up == 0 or a_total unless on (job) c_total offset 15m', 'names c_total, which no service serves'],
  ])('refuses %s', (expr, fault) => {
    expect(faultsOf(expr, known)).toEqual([fault])
  })

  it('accepts metrics, labels and groupings that are there', () => {
    const expr =
      'sum by (reason) (increase(a_total{reason=~"x|y", job!="}"}[15m])) > 0 and on (job) up == 1 or time() - max(a_total offset 1h) > 6e1'
    expect(faultsOf(expr, known)).toEqual([])
  })
})

/** What /metrics shows after the facts behind the label values that the alerts ask for. */
async function tellEverything(): Promise<string> {
  const registry = createRegistry()
  const logger = createSilentLogger()
  const ingest = ingestTelemetry(registry, logger)
  const alerting = alertingTelemetry(registry, logger)
  ingest.conditions([{ platform: 'telegram', account: 'main', condition: 'blind' }])
  type Delivered = Parameters<typeof alerting.delivered>
  const incident = { id: 'i1', probe: false } as Delivered[0]
  const delivery = { channel: 'c', kind: 'page', attempts: 1, queuedAt: 0, at: 0 } as Delivered[1]
  for (const result of ['failed', 'refused'] satisfies DeliveryResult['kind'][])
    alerting.delivered(incident, delivery, result, 1)
  alerting.beat([], true, 1)
  return await registry.metrics()
}
