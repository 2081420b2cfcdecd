import type { Count } from '@nabiz/shared/contracts'
import type { BrandState } from './brand-state.ts'
import { authorsOf, type Cell, settleAuthors } from './cell.ts'
import type { Emission } from './engine.ts'
import { minuteMs } from './grid.ts'
import type { PlatformMinutes } from './platform-minutes.ts'
import { languagesAt, mentionsAt, reachAt } from './sums.ts'
import type { Outlet } from './transition.ts'

/** Minutes without a record after which a zero is told. */
const zeroEvery = 60
/** Minutes after which a cell's author sketch gives way to its number. */
const settleAfter = 15

/**
 * Tells, as minute `closed` closes, every cell that changed since it was told; a zero when being seen changed, and hourly.
 * Where counts are all that comes, nobody has to be told of them.
 */
export function tellCounts(
  brand: BrandState,
  closed: number,
  { emit, isCountsOnly = false }: Pick<Outlet, 'emit' | 'isCountsOnly'>,
): void {
  const told = isCountsOnly ? undefined : emit
  for (const platform of brand.platforms.values()) {
    const due = takeDue(platform, closed)
    for (const minute of due) tellMinute(brand, platform, minute, told)
    for (const minute of due) if (minute <= closed - settleAfter) settleAuthors(platform.cell(minute))
    const settling = platform.cells.get(closed - settleAfter)
    if (settling !== undefined) settleAuthors(settling)
    const isObserved = !platform.unobserved.has(closed)
    const isTold = due.includes(closed)
    if (!isTold && (isObserved !== platform.toldObserved || closed - platform.toldMinute >= zeroEvery)) {
      tellMinute(brand, platform, closed, told)
    } else if (!isTold) continue
    platform.toldMinute = closed
    platform.toldObserved = isObserved
  }
}

/** Minutes up to `closed` whose cells changed, in order; they are changed no more. */
function takeDue(platform: PlatformMinutes, closed: number): readonly number[] {
  const { changed } = platform
  // Most often nothing was said, or in the closed minute alone.
  if (changed.length === 0) return changed
  if (changed.length === 1 && changed[0] === closed) {
    platform.changed = []
    return changed
  }
  platform.changed = changed.filter((minute) => minute > closed)
  return changed.filter((minute) => minute <= closed).sort((a, b) => a - b)
}

function tellMinute(
  brand: BrandState,
  platform: PlatformMinutes,
  minute: number,
  emit: Outlet['emit'] | undefined,
): void {
  const cell = platform.cell(minute)
  emit?.(record(brand, platform, minute, cell))
  cell.told += 1
  cell.changed = false
}

function record(brand: BrandState, platform: PlatformMinutes, minute: number, cell: Cell): Emission {
  const negatives: Record<string, number> = {}
  const languages: Record<string, number> = {}
  brand.languages.forEach((language, at) => {
    const mentions = cell.sums[languagesAt + 2 * at] ?? 0
    const negative = cell.sums[languagesAt + 2 * at + 1] ?? 0
    if (mentions > 0) languages[language] = mentions
    if (negative > 0) negatives[language] = negative
  })
  const value: Count = {
    v: 1,
    brand: brand.id,
    platform: platform.name,
    minute: minute * minuteMs,
    revision: cell.told,
    mentions: cell.sums[mentionsAt] ?? 0,
    negatives,
    languages,
    authors: { distinct: authorsOf(cell), sketch: cell.authors?.text() ?? '' },
    reach: cell.sums[reachAt] ?? 0,
    observed: !platform.unobserved.has(minute),
  }
  return { topic: 'counts', brand: brand.id, value }
}
