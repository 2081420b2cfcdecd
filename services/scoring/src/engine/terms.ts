import type { Evidence } from '@nabiz/shared/contracts'
import type { BrandState } from './brand-state.ts'
import { round6 } from './judgement.ts'

/** Terms in a breach. */
const shownTerms = 8
/** A term said less often is chance. */
const leastMentions = 3
/** How many times more often than on an ordinary day a term has to be said. */
const leastLift = 1.5

/**
 * Terms said more often in the last hour than in the day and a half before, those first that explain most of the
 * difference: count x ln(lift), a term's part in the Kullback-Leibler divergence. Shares are of mentions.
 */
export function overRepresented(brand: BrandState, minute: number): Evidence['terms'] {
  const recent = brand.recentTerms.totals(minute)
  const day = brand.dayTerms.totals(minute)
  const mentions = recent.counts.get(mentionKey) ?? 0
  const before = Math.max(0, (day.counts.get(mentionKey) ?? 0) - mentions)
  const scored: { name: string; mentions: number; score: number }[] = []
  for (const [name, count] of recent.counts) {
    if (name === mentionKey || count < leastMentions) continue
    const usual = (Math.max(0, (day.counts.get(name) ?? 0) - count) + 0.5) / (before + 1)
    const lift = before === 0 ? Math.E : count / mentions / usual
    if (lift >= leastLift) scored.push({ name, mentions: count, score: count * Math.log(lift) })
  }
  scored.sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1))
  return scored.slice(0, shownTerms).map(({ name, mentions: count }) => ({
    name: name.slice(0, 200),
    mentions: count,
    share: round6(Math.min(1, count / Math.max(1, mentions))),
  }))
}

/** Key under which the counters of terms count mentions: no term is empty. */
export const mentionKey = ''

/** Terms of one mention that count. */
const termLimit = 64

/** Counts the terms of a mention that has just come. */
export function countTerms(brand: BrandState, terms: readonly string[], minute: number): void {
  const recent = brand.recentTerms.at(minute)
  const day = brand.dayTerms.at(minute)
  recent.add(mentionKey)
  day.add(mentionKey)
  const used = Math.min(terms.length, termLimit)
  for (let at = 0; at < used; at += 1) {
    const term = terms[at] ?? ''
    if (term === '') continue
    recent.add(term)
    day.add(term)
  }
}
