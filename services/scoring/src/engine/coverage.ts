import type { PlatformCoverage } from '@nabiz/shared/contracts'
import type { BrandState } from './brand-state.ts'
import type { UnseenPlatforms } from './connectors.ts'

/** Minutes a coverage speaks of. */
const coverageMinutes = 60
/** Minutes without any platform after which a brand shows as blind. */
const blindAfter = 3
/** Share of the mentions of 14 days from which on a platform is missed in the total. */
const materialShare = 0.1

/** Notes who could be seen in a closed minute. `heard`: a heartbeat fell in it. */
export function noteCoverage(
  brand: BrandState,
  minute: number,
  heard: boolean,
  unseen: UnseenPlatforms | undefined,
): void {
  if (!heard) {
    for (const platform of brand.platforms.values()) platform.unobserved.add(minute, minute + 1)
    brand.dark.add(minute, minute + 1)
    return
  }
  if (unseen === undefined) return
  const platforms = [...brand.platforms.values()]
  const missing = platforms.filter((platform) => unseen.has(platform.name))
  if (missing.length === 0) return
  for (const platform of missing) platform.unobserved.add(minute, minute + 1)
  if (missing.length === platforms.length) {
    brand.dark.add(minute, minute + 1)
    return
  }
  const joined = platforms.filter((platform) => platform.joinMinute <= minute)
  const total = joined.reduce((sum, platform) => sum + platform.recentMentions(), 0)
  const isMaterial = missing.some(
    (platform) => platform.joinMinute <= minute && platform.recentMentions() >= materialShare * total,
  )
  if (isMaterial) brand.partial.add(minute, minute + 1)
}

/** Whether a closed minute says something about calm: every platform that matters was seen. */
export function isObserved(brand: BrandState, minute: number): boolean {
  return !brand.dark.has(minute) && !brand.partial.has(minute)
}

/** Whether nobody has seen anything for three minutes. */
export function isBlind(brand: BrandState, minute: number): boolean {
  return brand.dark.count(minute - blindAfter + 1, minute + 1) === blindAfter
}

/** Each platform's share of observed minutes in the hour that ends with `minute`. */
export function coverageAt(
  brand: BrandState,
  minute: number,
  unseen: UnseenPlatforms | undefined,
): PlatformCoverage[] {
  return [...brand.platforms.values()].map((platform) => {
    const missed = platform.unobserved.count(minute - coverageMinutes + 1, minute + 1)
    const observed = Math.round((1 - missed / coverageMinutes) * 1e4) / 1e4
    const reason = missed === 0 ? undefined : unseen?.get(platform.name)
    return reason === undefined
      ? { platform: platform.name, observed }
      : { platform: platform.name, observed, reason }
  })
}
