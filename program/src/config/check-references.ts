import { BrandPatternsError, createBrandMatcher } from '@nabiz/ingest'
import type { BrandConfig, PlanConfig, ThresholdsConfig } from '@nabiz/shared/contracts'
import type { z } from 'zod'
import { isTimeZone } from './zone-offsets.ts'

/** The parts of a config that name one another. */
export interface References {
  brands: readonly BrandConfig[]
  thresholds: readonly ThresholdsConfig[]
  plans: readonly PlanConfig[]
  alerting: { channels: readonly { id: string }[] }
  ingest: { connectors: readonly { platform: string; account: string; brands: readonly string[] }[] }
}

/** Faults that only the whole config shows: unknown names, doubled ids, patterns nobody can match, zones nobody knows. */
export function checkReferences(config: References, context: z.RefinementCtx): void {
  const fault = (path: PropertyKey[], found: string, expected: string) =>
    context.addIssue({ code: 'custom', path, message: expected, params: { found } })
  const unique = (ids: readonly string[], path: (index: number) => PropertyKey[]) =>
    ids.forEach((id, index) => {
      if (ids.indexOf(id) !== index) fault(path(index), `"${id}" a second time`, 'an id of its own')
    })

  unique(
    config.brands.map((brand) => brand.id),
    (index) => ['brands', index, 'id'],
  )
  unique(
    config.thresholds.map((entry) => entry.id),
    (index) => ['thresholds', index, 'id'],
  )
  unique(
    config.plans.map((plan) => plan.id),
    (index) => ['plans', index, 'id'],
  )
  unique(
    config.alerting.channels.map((channel) => channel.id),
    (index) => ['alerting', 'channels', index, 'id'],
  )
  unique(
    config.ingest.connectors.map((entry) => `${entry.platform}/${entry.account}`),
    (index) => ['ingest', 'connectors', index, 'account'],
  )

  const brands = new Set(config.brands.map((brand) => brand.id))
  const thresholds = new Set(['default', ...config.thresholds.map((entry) => entry.id)])
  const plans = new Set(['default', ...config.plans.map((plan) => plan.id)])
  const channels = new Set(['log', ...config.alerting.channels.map((channel) => channel.id)])

  config.brands.forEach((brand, index) => {
    if (!thresholds.has(brand.thresholds)) {
      fault(['brands', index, 'thresholds'], `"${brand.thresholds}"`, `one of ${[...thresholds].join(', ')}`)
    }
    if (!plans.has(brand.plan))
      fault(['brands', index, 'plan'], `"${brand.plan}"`, `one of ${[...plans].join(', ')}`)
    if (!isTimeZone(brand.timeZone)) {
      fault(['brands', index, 'timeZone'], `"${brand.timeZone}"`, 'an IANA time zone such as Europe/Istanbul')
    }
    try {
      createBrandMatcher([brand])
    } catch (err) {
      if (!(err instanceof BrandPatternsError)) throw err
      fault(['brands', index], err.message, 'patterns that can be told apart from other words')
    }
  })
  config.plans.forEach((plan, planIndex) => {
    plan.steps.forEach((step, stepIndex) => {
      step.channels.forEach((channel, index) => {
        if (channels.has(channel)) return
        fault(
          ['plans', planIndex, 'steps', stepIndex, 'channels', index],
          `"${channel}"`,
          `one of ${[...channels].join(', ')}`,
        )
      })
    })
  })
  config.ingest.connectors.forEach((entry, entryIndex) => {
    entry.brands.forEach((brand, index) => {
      if (brands.has(brand)) return
      const path = ['ingest', 'connectors', entryIndex, 'brands', index]
      fault(path, `"${brand}"`, `the id of a brand in this file: ${[...brands].join(', ')}`)
    })
  })
}
