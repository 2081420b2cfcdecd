import { BrandPatternsError, createBrandMatcher } from '@nabiz/ingest'
import { z } from 'zod'

const words = z.array(z.string()).catch([])
const named = z.object({ id: z.string().catch('') })
const steps = z.array(z.object({ channels: words })).catch([])

/** The parts of a config that name one another; what is faulty by itself reads as empty here and is told elsewhere. */
const references = z.object({
  brands: z
    .array(
      named.extend({
        thresholds: z.string().catch('default'),
        shadow: z.string().optional().catch(undefined),
        plan: z.string().catch('default'),
        names: words,
        aliases: words,
        handles: words,
        hashtags: words,
        exclusions: words,
      }),
    )
    .catch([]),
  thresholds: z.array(named).catch([]),
  plans: z.array(named.extend({ steps })).catch([]),
  alerting: z.object({ channels: z.array(named).catch([]) }).catch({ channels: [] }),
  ingest: z
    .object({
      connectors: z
        .array(
          z
            .object({ platform: z.string(), account: z.string(), brands: words })
            .catch({ platform: '', account: '', brands: [] }),
        )
        .catch([]),
    })
    .catch({ connectors: [] }),
})

/** Checks a whole config for `checkReferences`, also when other faults were found, so that all are told at once. */
export const referencesCheck = z.check<unknown>((payload) => {
  checkReferences(references.parse(payload.value), (path, found, message) => {
    payload.issues.push({ code: 'custom', input: payload.value, path, message, params: { found } })
  })
})
referencesCheck._zod.def.when = () => true

/** Faults that only the whole config shows: unknown names, doubled ids, patterns nobody can match. */
function checkReferences(
  config: z.infer<typeof references>,
  fault: (path: PropertyKey[], found: string, expected: string) => void,
): void {
  const unique = (ids: readonly string[], path: (index: number) => PropertyKey[]) =>
    ids.forEach((id, index) => {
      if (id !== '' && id !== '/' && ids.indexOf(id) !== index)
        fault(path(index), `"${id}" a second time`, 'an id of its own')
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
    if (brand.shadow !== undefined && (!thresholds.has(brand.shadow) || brand.shadow === brand.thresholds)) {
      const others = [...thresholds].filter((id) => id !== brand.thresholds)
      fault(
        ['brands', index, 'shadow'],
        `"${brand.shadow}"`,
        `others than those in force: ${others.join(', ') || 'there are none'}`,
      )
    }
    if (!plans.has(brand.plan))
      fault(['brands', index, 'plan'], `"${brand.plan}"`, `one of ${[...plans].join(', ')}`)
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
