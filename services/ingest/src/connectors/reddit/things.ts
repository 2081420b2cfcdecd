import { z } from 'zod'
import type { Item } from '../connector.ts'
import { deletion } from '../shared/deletion.ts'
import { countOf, idField, linkOf, optionalText, toMs } from '../shared/fields.ts'
import { faultsOf, type Reading } from '../shared/reading.ts'

const listingShape = z.looseObject({
  data: z.looseObject({ children: z.array(z.unknown()), after: z.string().nullish() }),
})
const thingShape = z.looseObject({
  kind: z.string(),
  data: z.looseObject({
    name: idField,
    author: optionalText,
    author_fullname: idField.nullish(),
    created_utc: z.unknown().optional(),
    edited: z.unknown().optional(),
    permalink: optionalText,
    score: z.unknown().optional(),
    // Of a comment.
    body: optionalText,
    parent_id: idField.nullish(),
    // Of a post.
    title: optionalText,
    selftext: optionalText,
    removed_by_category: optionalText,
    num_comments: z.unknown().optional(),
  }),
})
type Thing = z.infer<typeof thingShape>

/** What stands in the place of a text that its author or a moderator took away. */
const gone = new Set(['[deleted]', '[removed]'])

export interface ListingContext {
  brands: readonly string[]
  /** Names of the brand's accounts, in small letters. */
  own: ReadonlySet<string>
  /** Older things were read before; they are passed over. */
  since: number
  /** Things we have seen with their words. */
  isKnown(name: string): boolean
  /** Comments of these posts come one by one. */
  areCommentsRead: boolean
}

/** A page of a listing: what follows it, its oldest time, the things on it that have words. */
export interface ReadListing {
  after: string | undefined
  oldest: number
  found: { name: string; at: number }[]
}

/**
 * Reads a listing of posts (t3) and comments (t1). A thing whose words are gone is a delete where we knew it, and nothing
 * where we did not.
 */
export function readListing(value: unknown, context: ListingContext, reading: Reading): ReadListing {
  const page = listingShape.safeParse(value)
  const found: ReadListing['found'] = []
  if (!page.success) {
    reading.unreadable('schema', faultsOf(page.error, 'answer'), value)
    return { after: undefined, oldest: 0, found }
  }
  let oldest = Number.POSITIVE_INFINITY
  for (const [index, child] of page.data.data.children.entries()) {
    const parsed = thingShape.safeParse(child)
    if (!parsed.success) {
      reading.unreadable('schema', faultsOf(parsed.error, 'child'), child, `child ${index}`)
      continue
    }
    const thing = parsed.data
    if (thing.kind !== 't1' && thing.kind !== 't3') {
      reading.ignore('unknown_kind')
      continue
    }
    const { name } = thing.data
    const at = toMs(thing.data.created_utc)
    if (at !== undefined) oldest = Math.min(oldest, at)
    if (at !== undefined && at < context.since) continue
    if (isGone(thing)) {
      const isKnown = context.isKnown(name) || found.some((one) => one.name === name)
      if (isKnown) reading.item(toDelete(thing))
      else reading.ignore('not_found')
      continue
    }
    found.push({ name, at: at ?? 0 })
    reading.item(toItem(thing, at, context))
    if (thing.kind === 't3') countsOf(thing, context, reading)
  }
  return { after: page.data.data.after ?? undefined, oldest, found }
}

/** Words are gone; an author who left while the words stayed is no delete. */
function isGone({ kind, data }: Thing): boolean {
  if (kind === 't1') return gone.has(data.body ?? '')
  return (
    gone.has(data.selftext ?? '') ||
    data.title === '[deleted by user]' ||
    data.removed_by_category !== undefined ||
    (data.author === '[deleted]' && (data.selftext ?? '') === '')
  )
}

/** No brands by its place: it goes to those the thing was written for. */
function toDelete({ kind, data }: Thing): Item {
  return deletion({
    id: data.name,
    kind: kind === 't3' ? 'post' : kindOf(data.parent_id),
    createdAt: toMs(data.created_utc),
    own: false,
  })
}

function toItem({ kind, data }: Thing, createdAt: number | undefined, { brands, own }: ListingContext): Item {
  const isPost = kind === 't3'
  const hasAuthor = data.author !== undefined && data.author !== '' && !gone.has(data.author)
  const text = isPost ? [data.title, data.selftext].filter(Boolean).join('\n\n') : (data.body ?? '')
  const permalink = data.permalink?.startsWith('/')
    ? linkOf(`https://www.reddit.com${data.permalink}`)
    : undefined
  const revision = revisionOf(data.edited)
  const comments = isPost ? countOf(data.num_comments) : undefined
  const score = scoreOf(data.score)
  return {
    id: data.name,
    kind: isPost ? 'post' : kindOf(data.parent_id),
    text,
    createdAt,
    operation: 'upsert',
    visibility: 'public',
    own: hasAuthor && own.has(data.author?.toLowerCase() ?? ''),
    ...(hasAuthor ? { author: { id: data.author_fullname ?? data.author ?? '' } } : {}),
    ...(data.parent_id ? { parent: data.parent_id } : {}),
    ...(permalink === undefined ? {} : { permalink }),
    ...(revision === undefined ? {} : { revision }),
    ...(score === undefined && comments === undefined
      ? {}
      : {
          engagement: {
            ...(score === undefined ? {} : { likes: score }),
            ...(comments === undefined ? {} : { comments }),
          },
        }),
    ...(brands.length > 0 ? { brands } : {}),
  }
}

function kindOf(parent: string | null | undefined): 'comment' | 'reply' {
  return parent?.startsWith('t1_') ? 'reply' : 'comment'
}

/** `false`: never; a time; `true` on things so old that the time was not kept. */
function revisionOf(edited: unknown): string | undefined {
  if (edited === true) return 'edited'
  const at = typeof edited === 'number' && edited > 0 ? toMs(edited) : undefined
  return at === undefined ? undefined : String(at)
}

/** Votes for less votes against, a little falsified by Reddit; below 0 it is shown as 0. */
function scoreOf(score: unknown): number | undefined {
  return typeof score === 'number' && Number.isFinite(score)
    ? countOf(Math.max(0, Math.trunc(score)))
    : undefined
}

function countsOf({ data }: Thing, { brands, areCommentsRead }: ListingContext, reading: Reading): void {
  // Without brands by its place nobody knows whom a counter concerns.
  if (brands.length === 0) return
  const [likes, comments] = [scoreOf(data.score), countOf(data.num_comments)]
  if (likes !== undefined) reading.count({ subject: data.name, counter: 'likes', total: likes, brands })
  if (comments === undefined) return
  const isItemised = areCommentsRead ? { isItemised: true } : {}
  reading.count({ subject: data.name, counter: 'comments', total: comments, brands, ...isItemised })
}
