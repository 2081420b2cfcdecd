import { type BrandVersion, type ThresholdsConfig, thresholdsConfig } from '@nabiz/shared/contracts'
import type { KnownEvent } from './known-events.ts'

/** What the engine needs of a brand's config. */
export interface BrandSettings {
  thresholds: ThresholdsConfig
  /** Version of the thresholds, as it stands in what is emitted; `default` for the shipped ones. */
  version: string
  zoneOffsets: BrandVersion['zoneOffsets']
  /** By `from`. */
  knownEvents: readonly KnownEvent[]
  probe: boolean
  simulated: boolean
}

/** What a brand and those it is compared with are called. */
export type CalledNames = Pick<BrandVersion, 'names' | 'aliases' | 'handles' | 'hashtags' | 'competitors'>

/** Thresholds of a brand for which none were configured. */
export const defaultThresholds: ThresholdsConfig = thresholdsConfig.parse({ id: 'default' })

/** Minutes east of UTC at a moment. */
export function zoneOffsetAt(offsets: BrandVersion['zoneOffsets'], at: number): number {
  let minutes = offsets[0]?.minutes ?? 0
  for (const entry of offsets) if (entry.from <= at) minutes = entry.minutes
  return minutes
}
