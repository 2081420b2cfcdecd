import type { BrandState } from './brand-state.ts'
import { authorsOf } from './cell.ts'
import { bucketMinutes, bucketOf, dayMs, minuteMs } from './grid.ts'
import { PlatformMinutes } from './platform-minutes.ts'
import { mentionsAt } from './sums.ts'

/** Minutes a new platform warms before it is part of a brand's totals; also how long a brand's first platforms may come. */
const warmingMinutes = dayMs / minuteMs
/** Days of baseline a joining platform's last day is added to. */
const baselineDays = 14
const bucketsPerDay = warmingMinutes / bucketMinutes

/** The brand's record of a platform; a platform that first shows after the brand's first day joins a day later. */
export function platformOf(brand: BrandState, name: string, minute: number): PlatformMinutes {
  const { latestPlatform } = brand
  if (latestPlatform?.name === name) return latestPlatform
  let platform = brand.platforms.get(name)
  if (platform === undefined) {
    const isFirst = brand.platforms.size === 0 || brand.bornMinute === 0
    const joins = isFirst || minute < brand.bornMinute + warmingMinutes ? 0 : minute + warmingMinutes
    platform = new PlatformMinutes(brand.id, name, joins)
    brand.platforms.set(name, platform)
    brand.dirty = true
  }
  brand.latestPlatform = platform
  return platform
}

/**
 * Takes the platforms whose day is over into the totals. Their last day is taken for each of the fourteen before: value
 * and expected rise alike. Says whether any joined.
 */
export function joinPlatforms(brand: BrandState, minute: number): boolean {
  let hasJoined = false
  for (const platform of brand.platforms.values()) {
    if (platform.joinMinute !== minute) continue
    hasJoined = true
    addDay(brand, platform, bucketOf(minute))
  }
  return hasJoined
}

function addDay(brand: BrandState, platform: PlatformMinutes, running: number): void {
  for (const [minute, cell] of platform.cells.entries()) {
    const bucket = bucketOf(minute)
    if (bucket < running - bucketsPerDay || bucket >= running || (cell.sums[mentionsAt] ?? 0) === 0) continue
    for (let day = 0; day < baselineDays; day += 1) {
      const facts = { sums: cell.sums, authors: authorsOf(cell) }
      addCorrection(brand, bucket - day * bucketsPerDay, facts)
    }
  }
}

/** Notes that a closed bucket holds more than its baseline was told. */
export function addCorrection(
  brand: BrandState,
  bucket: number,
  facts: { sums: readonly number[]; authors: number },
): void {
  let correction = brand.corrections.get(bucket)
  if (correction === undefined) {
    correction = { sums: [], authors: 0 }
    brand.corrections.set(bucket, correction)
  }
  facts.sums.forEach((value, at) => {
    if (correction !== undefined) correction.sums[at] = (correction.sums[at] ?? 0) + value
  })
  correction.authors += facts.authors
}
