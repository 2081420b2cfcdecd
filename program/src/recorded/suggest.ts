import { ConfigError } from '@nabiz/shared/errors'
import type { IncidentScore } from './score-incidents.ts'
import { median } from './score-incidents.ts'
import type { BrandSweep } from './sweep.ts'

const perWeek = { day: 7, week: 1, month: 12 / 52 } as const

/** False pages a brand and week, from words such as "1 false page per brand-week"; ConfigError for others. */
export function readBudget(text: string): number {
  const found =
    /^(\d+(?:\.\d+)?)\s*(?:false\s*)?(?:pages?|alerts?)?\s*(?:per|a|\/)\s*(?:brand[- ]?)?(day|week|month)$/i.exec(
      text.trim(),
    )
  const unit = found?.[2]?.toLowerCase()
  if (found && (unit === 'day' || unit === 'week' || unit === 'month'))
    return Number(found[1]) * perWeek[unit]
  const expected = '"1 false page per brand-week"; day, week or month'
  throw new ConfigError('command line', [{ path: '--budget', found: `"${text}"`, expected }])
}

/** Values of the one knob that `suggest` turns: from much sooner to much quieter, in even ratios. */
export const knobValues = Array.from({ length: 29 }, (_, index) =>
  Number((0.3 * (5 / 0.3) ** (index / 28)).toPrecision(3)),
)

/** What one brand should have. */
export interface Suggestion {
  brand: string
  weeks: number
  confirmed: number
  rejected: number
  /** Whether anybody marked an incident: without, nothing tells a false page from a true one. */
  isTaught: boolean
  /** Index in the knob's values; undefined when even the quietest is over the budget, or nothing was marked. */
  chosen: number | undefined
  /** Why not to lean on it, or nothing. */
  doubt: string | undefined
}

/** False pages a week of one brand under one value. */
export function falsePerWeek({ rejected, unmarked }: IncidentScore, weeks: number): number {
  return weeks > 0 ? (rejected + unmarked) / weeks : 0
}

/**
 * The value within the budget that finds the most confirmed crises; of several the soonest, and of an even stretch its
 * middle: a choice at its edge would rest on a single incident.
 */
export function suggestFor(brand: BrandSweep, budget: number): Suggestion {
  const { scores, weeks, confirmed, rejected } = brand
  const affordable = scores
    .map((score, index) => ({ score, index }))
    .filter(({ score }) => falsePerWeek(score, weeks) <= budget)
  const most = Math.max(0, ...affordable.map(({ score }) => score.found))
  const finding = affordable.filter(({ score }) => score.found === most)
  const soonest = Math.min(...finding.map(({ score }) => median(score.laterBy) ?? 0))
  const best = finding.filter(({ score }) => (median(score.laterBy) ?? 0) === soonest)
  const stretch = firstStretch(best.map(({ index }) => index))
  const isTaught = confirmed + rejected > 0
  return {
    brand: brand.brand,
    weeks,
    confirmed,
    rejected,
    isTaught,
    chosen: isTaught ? stretch[Math.floor((stretch.length - 1) / 2)] : undefined,
    doubt: doubtOf(brand),
  }
}

/** Indices from the first on that follow one another. */
function firstStretch(indices: readonly number[]): number[] {
  return indices.filter((index, at) => index - (indices[0] ?? 0) === at)
}

function doubtOf({ weeks, confirmed, rejected }: BrandSweep): string | undefined {
  if (confirmed + rejected === 0) return 'nobody marked an incident of this brand: mark some, then ask again'
  if (weeks < 2) return `only ${weeks.toFixed(1)} weeks were judged`
  return confirmed === 0 ? 'no crisis was confirmed, so nothing says what must not be missed' : undefined
}
