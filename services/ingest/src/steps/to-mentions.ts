import { asKnownMention, type Mention, mention } from '@nabiz/shared/contracts'
import { deadLetter, drop, type Outcome, pass } from '@nabiz/shared/pipeline'
import type { Item } from '../connectors/connector.ts'
import type { BrandMatcher } from '../matching/brand-matcher.ts'
import type { SeenItem } from '../ports.ts'
import { checkTime } from './check-time.ts'
import { cleanText } from './clean-text.ts'
import type { Pseudonymise } from './pseudonymise.ts'

export type DropReason = 'duplicate' | 'no_brand' | 'deleted'

export interface ToMentionsOptions {
  platform: string
  receivedAt: number
  /** How far back everything that was written is remembered, ms. */
  rememberedMs: number
  matcher: BrandMatcher
  isWatched(brand: string): boolean
  pseudonymise: Pseudonymise
}

/** What an item becomes: a record for each brand, and what is to be remembered of it once they are written. */
export interface Written {
  mentions: Mention[]
  remember: SeenItem
}

/**
 * The version of an item that a delivery carries: '' first, the revision of an edit, `!delete`, `!hide`. A hide has the
 * platform's time as its revision: it may be taken back and done again, and each counts as a version of its own.
 */
export function versionOf(item: Item): string {
  if (item.operation === 'upsert') return item.revision ?? ''
  return item.operation === 'hide' && item.revision !== undefined
    ? `!hide ${item.revision}`
    : `!${item.operation}`
}

/** Why an item is not taken again: this version is known, or its delete came first. */
export function repeated(item: Item, seen: SeenItem | undefined): 'duplicate' | 'deleted' | undefined {
  if (seen?.versions.includes(versionOf(item))) return 'duplicate'
  return item.operation !== 'delete' && seen?.versions.includes('!delete') ? 'deleted' : undefined
}

/**
 * Whether an edit may be the first that anybody saw of an item: it was edited before it was read, or names a brand that it
 * did not name before. What is older than the memory may have been written in its time.
 */
function mayBeFirst({ operation, revision, createdAt, text }: Item, options: ToMentionsOptions): boolean {
  if (operation !== 'upsert' || revision === undefined || text === '' || createdAt === undefined) return false
  return createdAt > options.receivedAt - options.rememberedMs
}

/** Brands for which an item was written, in any version. */
function writtenFor(seen: SeenItem | undefined): readonly string[] {
  return seen?.versions.some((version) => !version.startsWith('!')) ? seen.brands : []
}

/**
 * One record for each brand that an item names. A repeat is dropped; an edit is the mention itself for brands for which the
 * item was never written; a delete goes to the brands the item was written for, and one that comes first is remembered, so
 * that the item is dropped when it arrives.
 */
export function toMentions(
  item: Item,
  seen: SeenItem | undefined,
  options: ToMentionsOptions,
): Outcome<Written, DropReason, 'schema'> {
  const version = versionOf(item)
  const repeat = repeated(item, seen)
  if (repeat) return drop(repeat)
  const text = cleanText(item.text)
  const brands = brandsOf(item, text, seen, options)
  const remember = { brands, versions: [...(seen?.versions ?? []), version] }
  const written = mayBeFirst(item, options) ? writtenFor(seen) : undefined
  // The version before the edit, should it still come, is old news.
  if (written?.length === 0) remember.versions.push('')
  if (brands.length === 0) {
    return item.operation === 'upsert' || item.isInOrder ? drop('no_brand') : pass({ mentions: [], remember })
  }
  const mentions: Mention[] = []
  for (const brand of brands) {
    const record = toRecord(item, brand, text, options)
    const fault = faultOf(record)
    if (fault !== undefined) return deadLetter('schema', fault)
    if (written && !written.includes(brand)) delete record.revision
    mentions.push(record)
  }
  return pass({ mentions, remember })
}

/** What keeps a record out of the contract: the field, and what would be right. */
function faultOf(record: Mention): string | undefined {
  if (asKnownMention(record)) return undefined
  const [issue] = mention.safeParse(record).error?.issues ?? []
  return issue && `${issue.path.join('.')}: ${issue.message}`
}

/** Brands of the item by its place, by its text and from before, each once. */
function brandsOf(
  item: Item,
  text: string,
  seen: SeenItem | undefined,
  { matcher, isWatched }: ToMentionsOptions,
): string[] {
  const matched = item.operation === 'upsert' ? matcher.match(text).map(({ brandId }) => brandId) : []
  if (!item.brands && !seen) return matched
  return [...new Set([...(item.brands ?? []).filter(isWatched), ...matched, ...(seen?.brands ?? [])])]
}

function toRecord(item: Item, brand: string, text: string, options: ToMentionsOptions): Mention {
  const { receivedAt, pseudonymise } = options
  const platform = item.platform ?? options.platform
  const { createdAt, createdAtFlag } = checkTime(item.createdAt, receivedAt)
  const record: Mention = {
    v: 1,
    type: 'mention',
    id: item.idIsPersonal ? pseudonymise(platform, item.id) : item.id,
    platform,
    kind: item.kind,
    brand,
    text,
    createdAt,
    receivedAt,
    operation: item.operation,
    visibility: item.visibility,
    own: item.own,
  }
  if (createdAtFlag !== undefined) record.createdAtFlag = createdAtFlag
  if (item.author) {
    const { id, followers, verified } = item.author
    record.author = { id: pseudonymise(platform, id) }
    if (followers !== undefined) record.author.followers = followers
    if (verified !== undefined) record.author.verified = verified
  }
  if (item.language !== undefined) record.language = item.language
  if (item.engagement !== undefined) record.engagement = item.engagement
  if (item.permalink !== undefined) record.permalink = item.permalink
  if (item.parent !== undefined)
    record.parent = item.idIsPersonal ? pseudonymise(platform, item.parent) : item.parent
  if (item.media !== undefined && item.visibility === 'public') record.media = item.media.slice(0, 10)
  if (item.revision !== undefined) record.revision = item.revision
  if (item.simulated) record.simulated = true
  return record
}
