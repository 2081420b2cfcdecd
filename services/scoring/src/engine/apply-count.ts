import type { ApplyResult, CountedMinute } from './engine.ts'
import { bucketOf, minuteMs } from './grid.ts'
import type { PartitionState } from './partition-state.ts'
import { platformOf } from './platforms.ts'
import { mentionsAt } from './sums.ts'

const counted: ApplyResult = { kind: 'counted' }
const unknownBrand: ApplyResult = { kind: 'dropped', reason: 'unknown_brand' }

/**
 * Counts many mentions of the running minute at once, of which only the number is known: as if each had come without
 * text, author or language. The next heartbeat judges them.
 */
export function applyCount(state: PartitionState, count: CountedMinute): ApplyResult {
  const brand = state.brands.get(count.brand)
  if (brand === undefined) return unknownBrand
  const now = Math.floor(state.time / minuteMs)
  if (count.minute !== now * minuteMs) {
    throw new RangeError(
      `minute of a count: found ${count.minute}, expected the running one, ${now * minuteMs}`,
    )
  }
  if (!Number.isSafeInteger(count.mentions) || count.mentions < 0) {
    throw new RangeError(
      `mentions of a count: found ${count.mentions}, expected a whole number of at least 0`,
    )
  }
  const platform = platformOf(brand, count.platform, now)
  if (count.mentions === 0) return counted
  brand.dirty = true
  platform.countDay(count.minute, count.mentions)
  const cell = platform.cell(now)
  platform.touch(now, cell)
  cell.sums[mentionsAt] = (cell.sums[mentionsAt] ?? 0) + count.mentions
  if (platform.joinMinute > now) return counted
  brand.authors.addAnonymous(bucketOf(now), count.mentions)
  brand.topAuthors.at(now).addNameless(count.mentions)
  brand.windowSums.add(now, mentionsAt, count.mentions)
  return counted
}
