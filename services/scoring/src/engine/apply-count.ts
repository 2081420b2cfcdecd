import type { BrandState } from './brand-state.ts'
import { languageIndex } from './count-mention.ts'
import { DistinctCount } from './distinct-count.ts'
import type { ApplyResult, CountedMinute } from './engine.ts'
import { bucketOf, minuteMs } from './grid.ts'
import type { PartitionState } from './partition-state.ts'
import { platformOf } from './platforms.ts'
import { languagesAt, mentionsAt, negativesAt, reachAt } from './sums.ts'

const counted: ApplyResult = { kind: 'counted' }
const unknownBrand: ApplyResult = { kind: 'dropped', reason: 'unknown_brand' }

/**
 * Counts many mentions of the running minute at once, as if each had come without text; without details also without
 * author or language. The next heartbeat judges them.
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
  const isJoined = platform.joinMinute <= now
  const add = (column: number, value: number) => {
    if (value === 0) return
    while (cell.sums.length <= column) cell.sums = cell.sums.concat(0)
    cell.sums[column] = (cell.sums[column] ?? 0) + value
    if (isJoined) brand.windowSums.add(now, column, value)
  }
  add(mentionsAt, count.mentions)
  if (count.details !== undefined) {
    const { languages, negatives, reach } = count.details
    for (const [language, mentions] of Object.entries(languages)) {
      const column = languagesAt + 2 * languageIndex(brand, language)
      const negative = negatives[language] ?? 0
      add(column, mentions)
      add(column + 1, negative)
      add(negativesAt, negative)
    }
    add(reachAt, reach)
  }
  if (!isJoined) return counted
  countAuthors(brand, bucketOf(now), count)
  brand.topAuthors.at(now).addNameless(count.mentions)
  return counted
}

/** A minute that names no author at all had none to name: each of its mentions counts as somebody else. */
function countAuthors(brand: BrandState, bucket: number, { mentions, details }: CountedMinute): void {
  const { distinct = 0, sketch = '' } = details?.authors ?? {}
  if (distinct === 0) {
    brand.authors.addAnonymous(bucket, mentions)
    return
  }
  const known = DistinctCount.fromText(sketch)
  // Of authors that were settled before the sketch began only the number is left.
  const unknown = Math.max(0, distinct - known.count)
  brand.authors.addAll(bucket, known)
  if (unknown > 0) brand.authors.addAnonymous(bucket, unknown)
}
