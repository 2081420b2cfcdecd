import type { BrandVersion, ThresholdsConfig } from '@nabiz/shared/contracts'
import { bucketMinutes, minuteMs } from './grid.ts'

/** A known day of a brand on which people talk otherwise. */
export type KnownEvent = NonNullable<BrandVersion['knownEvents']>[number]

/** What a judgement needs of a brand's settings. */
interface Seasonal {
  thresholds: ThresholdsConfig
  knownEvents: readonly KnownEvent[]
}

/** The event that widens the boundaries the most in a 5-minute bucket, if one is on; its first ms decides. */
export function eventIn(
  { knownEvents }: Pick<Seasonal, 'knownEvents'>,
  bucket: number,
): KnownEvent | undefined {
  const at = bucket * bucketMinutes * minuteMs
  let widest: KnownEvent | undefined
  for (const event of knownEvents) {
    if (event.from > at) break
    if (at < event.to && event.factor > (widest?.factor ?? 1)) widest = event
  }
  return widest
}

/** Thresholds of a bucket: a known event widens every boundary by its factor; floors and times stay. */
export function thresholdsIn(settings: Seasonal, bucket: number): ThresholdsConfig {
  const event = eventIn(settings, bucket)
  if (event === undefined) return settings.thresholds
  return { ...settings.thresholds, sensitivity: settings.thresholds.sensitivity * event.factor }
}
