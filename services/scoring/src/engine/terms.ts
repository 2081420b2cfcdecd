import type { Evidence } from '@nabiz/shared/contracts'
import type { BrandState } from './brand-state.ts'
import { round6 } from './judgement.ts'

/** Terms in a breach. */
const shownTerms = 8
/** A term said less often is chance. */
const leastMentions = 3
/** Standard deviations from which a term is over-represented: one-sided, 1 in 40 by chance. */
const leastScore = 1.96
/** How many times more often than before a term has to be said to be worth a word. */
const leastLift = 1.5
/** How many times the say of the last hour's mentions the prior has. Trials in the README. */
const priorWeight = 4

/** How often a term was said, and in how many mentions that was. */
export interface Said {
  count: number
  mentions: number
}

/**
 * Terms over-represented in the last hour against the brand's own mentions of the day and a half before, the surest first.
 * A brand of which nothing earlier is known has no usual: then those said most. Shares are of mentions.
 */
export function overRepresented(brand: BrandState, minute: number): Evidence['terms'] {
  const recent = brand.recentTerms.totals(minute)
  const day = brand.dayTerms.totals(minute)
  const mentions = recent.counts.get(mentionKey) ?? 0
  const before = Math.max(0, (day.counts.get(mentionKey) ?? 0) - mentions)
  const scored: { name: string; mentions: number; score: number }[] = []
  for (const [name, count] of recent.counts) {
    if (name === mentionKey || count < leastMentions) continue
    const now = { count, mentions }
    const usual = { count: Math.max(0, (day.counts.get(name) ?? 0) - count), mentions: before }
    const score = before === 0 ? count : scoreOf(now, usual)
    if (score >= leastScore) scored.push({ name, mentions: count, score })
  }
  scored.sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1))
  return scored.slice(0, shownTerms).map(({ name, mentions: count }) => ({
    name: name.slice(0, 200),
    mentions: count,
    share: round6(Math.min(1, count / Math.max(1, mentions))),
  }))
}

/** Standard deviations by which a term is over-represented; 0 where it is said hardly more often. */
function scoreOf(now: Said, usual: Said): number {
  const lift = now.count / now.mentions / ((usual.count + 0.5) / (usual.mentions + 1))
  return lift < leastLift ? 0 : logOddsScore(now, usual)
}

/**
 * Weighted log-odds-ratio with an informative Dirichlet prior, as a z-score (Monroe, Colaresi and Quinn 2008, Fightin'
 * Words). Mentions are what is drawn, and a term is in them or not; the prior is the term's share of all mentions, so
 * that what was said three times by chance does not pass for a change and no count of 0 is infinitely unlikely.
 */
export function logOddsScore(now: Said, usual: Said): number {
  const prior = priorWeight * now.mentions
  // Half a mention with the term and half a one without it, so that neither is taken for impossible.
  const share = (now.count + usual.count + 0.5) / (now.mentions + usual.mentions + 1)
  const posterior = ({ count, mentions }: Said) => {
    const said = count + prior * share
    const unsaid = Math.max(0, mentions - count) + prior * (1 - share)
    // The paper leaves 1 / unsaid out, as its words are rare; a term may be in nearly every mention.
    return { logOdds: Math.log(said / unsaid), variance: 1 / said + 1 / unsaid }
  }
  const [recent, before] = [posterior(now), posterior(usual)]
  return (recent.logOdds - before.logOdds) / Math.sqrt(recent.variance + before.variance)
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
