import type { PlanConfig } from '@nabiz/shared/contracts'
import { hour } from '@nabiz/shared/time'
import type { BrandSettings } from './incidents/context.ts'
import type { ConfigSource } from './ports.ts'

/**
 * What alerting needs to know of a brand. A brand, plan or threshold that is not configured falls back to what pages
 * more people: the plan `default`, and without one every channel there is.
 */
export function createSettings(
  view: ConfigSource,
  channelIds: readonly string[],
): (brand: string) => BrandSettings {
  const everyChannel: PlanConfig = {
    id: 'every-channel',
    steps: [{ channels: [...channelIds], escalateAfterMinutes: 10 }],
    repeats: 2,
  }
  return (id) => {
    const brand = view.brand(id)?.content
    const thresholds = view.thresholds(brand?.thresholds ?? 'default')?.content
    const plan = view.plan(brand?.plan ?? 'default')?.content ?? view.plan('default')?.content ?? everyChannel
    return {
      id,
      name: brand?.name ?? id,
      language: brand?.language ?? 'en',
      timeZone: brand?.timeZone ?? 'UTC',
      ...(brand?.runbook === undefined ? {} : { runbook: brand.runbook }),
      plan,
      joinMs: (thresholds?.joinHours ?? 12) * hour,
      escalateFactor: thresholds?.escalateFactor ?? 2,
      probe: brand?.probe === true,
      simulated: brand?.simulated === true,
    }
  }
}
