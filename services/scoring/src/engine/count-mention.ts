import { pageLanguage } from '@nabiz/shared/contracts'
import type { BrandState } from './brand-state.ts'
import { DistinctCount } from './distinct-count.ts'
import type { ApplyResult, ScoredMention } from './engine.ts'
import { evaluate, isTriggered, setTriggers } from './evaluate.ts'
import { bucketOf, lateLimitMs, minuteMs, oldestMs } from './grid.ts'
import { hash128 } from './hash.ts'
import { noteLate } from './late.ts'
import type { PlatformMinutes } from './platform-minutes.ts'
import { addCorrection } from './platforms.ts'
import { countLateInScope } from './scopes.ts'
import { languagesAt, mentionsAt, negativesAt, reachAt } from './sums.ts'
import { countTerms } from './terms.ts'
import type { Outlet } from './transition.ts'

/** Languages a brand's counts tell apart beside the two below; what comes after them counts as `other`. */
const languageLimit = 12
/** Measured and corrected: these must not be crowded out by what a platform claims of other texts. */
const alwaysTold: ReadonlySet<string> = new Set(pageLanguage.options)
export const otherLanguage = 'other'

/**
 * Followers of one mention that count: how many of a greater number see it says the platform, not the number, and one
 * account must not hide for two weeks, in its sigma, what a hundred others reach.
 */
const mostFollowers = 1_000_000

const counted: ApplyResult = { kind: 'counted' }
const late: ApplyResult = { kind: 'counted', flag: 'late' }
const baselineOnly: ApplyResult = { kind: 'counted', flag: 'baseline_only' }
const future: ApplyResult = { kind: 'counted', flag: 'future' }
const tooOld: ApplyResult = { kind: 'dropped', reason: 'too_old' }
const scratch = new Int32Array(4)

/** Counts a mention that is new, in the minute in which it was written; partition time `time` is above 0. */
export function countMention(
  brand: BrandState,
  platform: PlatformMinutes,
  scored: ScoredMention,
  time: number,
  outlet: Outlet,
): ApplyResult {
  const { mention, sentiment } = scored
  if (mention.createdAt < time - oldestMs) return tooOld
  const now = Math.floor(time / minuteMs)
  const written = Math.floor(mention.createdAt / minuteMs)
  const minute = Math.min(written, now)
  const isNegative = sentiment.label === 'negative'
  const reach = isNegative ? Math.min(mostFollowers, Math.max(1, mention.author?.followers ?? 0)) : 0
  const language = languagesAt + 2 * languageIndex(brand, sentiment.language)
  const isJoined = platform.joinMinute <= now
  brand.dirty = true
  platform.countDay(minute * minuteMs)
  countLateInScope(brand, platform, minute, { now, mentions: 1, negatives: isNegative ? 1 : 0 })
  if (mention.createdAt < time - lateLimitMs) {
    if (isJoined) addCorrection(brand, bucketOf(minute), correctionOf(isNegative, reach, language, 1))
    return baselineOnly
  }
  const cell = platform.cell(minute)
  platform.touch(minute, cell)
  // What concat gives has no spare room, as an array that grows has: there are many cells.
  while (cell.sums.length <= language) cell.sums = cell.sums.concat(0, 0)
  const { sums } = cell
  sums[mentionsAt] = (sums[mentionsAt] ?? 0) + 1
  sums[language] = (sums[language] ?? 0) + 1
  if (isNegative) {
    sums[negativesAt] = (sums[negativesAt] ?? 0) + 1
    sums[language + 1] = (sums[language + 1] ?? 0) + 1
    sums[reachAt] = (sums[reachAt] ?? 0) + reach
  }
  const author = mention.author === undefined ? undefined : hash128(mention.author.id, undefined, scratch)
  if (author !== undefined) {
    cell.authors ??= new DistinctCount()
    cell.authors.add(author[0] ?? 0, author[1] ?? 0)
  }
  if (isJoined) {
    const bucket = bucketOf(minute)
    const authorsBefore = bucket < bucketOf(now) ? brand.authors.count(bucket) : 0
    if (author === undefined) brand.authors.addAnonymous(bucket)
    else brand.authors.add(bucket, author[0] ?? 0, author[1] ?? 0)
    if (mention.author === undefined) brand.topAuthors.at(now).addNameless()
    else brand.topAuthors.at(now).add(mention.author.id)
    countTerms(brand, scored.terms, now)
    brand.samples.offer(scored, now)
    brand.textGroups.add(scored.sketch, now)
    addToWindows(brand, minute, isNegative, reach, language)
    if (bucket < bucketOf(now)) {
      const grown = brand.authors.count(bucket) - authorsBefore
      addCorrection(brand, bucket, correctionOf(isNegative, reach, language, grown))
      noteLate(brand, minute, now)
    }
    if (isTriggered(brand, outlet.signals)) {
      const at = Math.max(time, Math.min(mention.createdAt, (now + 1) * minuteMs - 1))
      evaluate(brand, { minute: now, now, at, closing: false, unseen: undefined }, outlet)
      setTriggers(brand, outlet.signals, now)
    }
  }
  if (written > now) return future
  return bucketOf(minute) < bucketOf(now) ? late : counted
}

function addToWindows(
  { windowSums }: BrandState,
  minute: number,
  isNegative: boolean,
  reach: number,
  language: number,
): void {
  windowSums.add(minute, mentionsAt, 1)
  windowSums.add(minute, language, 1)
  if (!isNegative) return
  windowSums.add(minute, negativesAt, 1)
  windowSums.add(minute, language + 1, 1)
  windowSums.add(minute, reachAt, reach)
}

function correctionOf(
  isNegative: boolean,
  reach: number,
  language: number,
  authors: number,
): { sums: number[]; authors: number } {
  const sums = new Array<number>(language + 2).fill(0)
  sums[mentionsAt] = 1
  sums[language] = 1
  if (isNegative) {
    sums[negativesAt] = 1
    sums[language + 1] = 1
    sums[reachAt] = reach
  }
  return { sums, authors }
}

/** Position of a language among the brand's; a new one is appended while there is room. */
export function languageIndex(brand: BrandState, language: string): number {
  const { languages } = brand
  const known = languages.indexOf(language)
  if (known >= 0) return known
  if (alwaysTold.has(language) || languages.length < languageLimit - 1) return languages.push(language) - 1
  const other = languages.indexOf(otherLanguage)
  return other >= 0 ? other : languages.push(otherLanguage) - 1
}
