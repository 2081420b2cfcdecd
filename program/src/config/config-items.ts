import type { ConfigItem, ConfigView } from '@nabiz/shared/config-view'
import { type BrandVersion, planConfig, thresholdsConfig } from '@nabiz/shared/contracts'
import { knownEvents } from './known-events.ts'
import type { NabizConfig } from './nabiz-config.ts'
import { zoneOffsets } from './zone-offsets.ts'

/** Zones are resolved from here on: older than anything that is replayed. */
const zonesFrom = Date.UTC(2010, 0, 1)

/** Brands that Nabız made itself; a config file that does not name them does not remove them. */
const internalBrands = new Set(['nabiz-probe'])

/**
 * What a config file wants in force, as items of the `config` topic: its brands, thresholds and plans, the defaults
 * where it names none, and the removal of what is in force and no longer named.
 */
export function configItems(
  config: Pick<NabizConfig, 'brands' | 'thresholds' | 'plans' | 'alerting'>,
  view: Pick<ConfigView, 'all'>,
  now: number,
  extra: Pick<BrandVersion, 'simulated'> = {},
): ConfigItem[] {
  const zonesTo = Date.UTC(new Date(now).getUTCFullYear() + 3, 0, 1)
  const items: ConfigItem[] = []
  const thresholds = withDefault(config.thresholds, () => thresholdsConfig.parse({ id: 'default' }))
  for (const entry of thresholds) items.push({ kind: 'thresholds', id: entry.id, content: entry })
  const channels = config.alerting.channels.map((channel) => channel.id)
  const everyChannel = channels.length > 0 ? channels : ['log']
  const plans = withDefault(config.plans, () =>
    planConfig.parse({ id: 'default', steps: [{ channels: everyChannel }] }),
  )
  for (const plan of plans) items.push({ kind: 'plan', id: plan.id, content: plan })
  for (const brand of config.brands) {
    const events = knownEvents(brand, now)
    const content: BrandVersion = {
      ...brand,
      ...extra,
      ...(events === undefined ? {} : { knownEvents: events }),
      zoneOffsets: zoneOffsets(brand.timeZone, zonesFrom, zonesTo),
    }
    items.push({ kind: 'brand', id: brand.id, content })
  }
  const wanted = new Set(items.map((item) => `${item.kind}/${item.id}`))
  for (const active of view.all()) {
    const isOurs = active.kind === 'model' || (active.kind === 'brand' && internalBrands.has(active.id))
    if (!isOurs && !wanted.has(`${active.kind}/${active.id}`))
      items.push({ kind: active.kind, id: active.id })
  }
  return items
}

function withDefault<T extends { id: string }>(entries: readonly T[], makeDefault: () => T): T[] {
  return entries.some((entry) => entry.id === 'default') ? [...entries] : [makeDefault(), ...entries]
}
