import { z } from 'zod'
import type { Item } from '../connector.ts'
import { countOf, idField, optionalText, toMs } from '../shared/fields.ts'
import { faultsOf, type Reading } from '../shared/reading.ts'

const reference = z.looseObject({ type: z.string(), id: idField })
const references = z.array(reference).nullish()
const note = z.looseObject({ text: optionalText }).nullish()
const history = z.array(idField).nullish()

/** A post; X is adding names with `post` beside those with `tweet`. */
const postShape = z.looseObject({
  id: idField,
  text: optionalText,
  author_id: idField.nullish(),
  created_at: z.unknown().optional(),
  lang: optionalText,
  referenced_tweets: references,
  referenced_posts: references,
  note_tweet: note,
  note_post: note,
  edit_history_tweet_ids: history,
  edit_history_post_ids: history,
  public_metrics: z.looseObject({}).nullish(),
})
type Post = z.infer<typeof postShape>

const userShape = z.looseObject({
  id: idField,
  verified: z.boolean().nullish(),
  verified_type: optionalText,
  public_metrics: z.looseObject({ followers_count: z.unknown().optional() }).nullish(),
})
const includesShape = z
  .looseObject({
    users: z.array(z.unknown()).nullish(),
    tweets: z.array(z.unknown()).nullish(),
    posts: z.array(z.unknown()).nullish(),
  })
  .nullish()

export interface PostContext {
  /** User ids of the brand's own accounts. */
  own: ReadonlySet<string>
  brands: readonly string[]
  fieldMissing(field: 'author' | 'createdAt'): void
}

/** What was sent beside posts: their authors and what they refer to. A list that is none holds nothing. */
export interface Includes {
  authors: ReadonlyMap<string, NonNullable<Item['author']>>
  /** Times a post was shared, quotes included, by its id. */
  shares: ReadonlyMap<string, number>
}

export function readIncludes(value: unknown): Includes {
  const { users, tweets, posts } = includesShape.safeParse(value).data ?? {}
  const authors = new Map<string, NonNullable<Item['author']>>()
  for (const entry of users ?? []) {
    // Some events wrap each user in `data`.
    const parsed = userShape.safeParse(unwrapped(entry))
    if (!parsed.success) continue
    const { id, verified, verified_type: type, public_metrics: metrics } = parsed.data
    const followers = countOf(metrics?.followers_count)
    const isVerified = verified ?? (type === undefined ? undefined : type !== 'none')
    authors.set(id, {
      id,
      ...(followers === undefined ? {} : { followers }),
      ...(isVerified === undefined ? {} : { verified: isVerified }),
    })
  }
  const shares = new Map<string, number>()
  for (const entry of [...(tweets ?? []), ...(posts ?? [])]) {
    const parsed = postShape.safeParse(entry)
    const total = parsed.success ? engagementOf(parsed.data)?.shares : undefined
    if (parsed.success && total !== undefined) shares.set(parsed.data.id, total)
  }
  return { authors, shares }
}

function unwrapped(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'data' in value ? value.data : value
}

/**
 * Reads one post. A retweet is nobody's words: it is a share of what it repeats. An edited post has a new id; the first
 * of its history stays the mention's id, the new one is its version.
 */
export function readPost(value: unknown, includes: Includes, context: PostContext, reading: Reading) {
  const parsed = postShape.safeParse(value)
  if (!parsed.success) return reading.unreadable('schema', faultsOf(parsed.error, 'post'), value)
  const post = parsed.data
  const refers = post.referenced_tweets ?? post.referenced_posts ?? []
  const repeated = refers.find(({ type }) => type === 'retweeted' || type === 'reposted')
  if (repeated) {
    const total = includes.shares.get(repeated.id)
    if (total === undefined) return reading.ignore('not_content')
    return reading.count({ subject: repeated.id, counter: 'shares', total, brands: context.brands })
  }
  reading.item(toItem(post, refers, includes, context))
}

function toItem(
  post: Post,
  refers: readonly z.infer<typeof reference>[],
  { authors }: Includes,
  { own, brands, fieldMissing }: PostContext,
): Item {
  const first = (post.edit_history_tweet_ids ?? post.edit_history_post_ids)?.[0] ?? post.id
  const writer = post.author_id ?? undefined
  const createdAt = toMs(post.created_at) ?? timeInId(post.id)
  if (writer === undefined) fieldMissing('author')
  if (post.created_at == null) fieldMissing('createdAt')
  const answered = refers.find(({ type }) => type === 'replied_to')
  const parent = (answered ?? refers.find(({ type }) => type === 'quoted'))?.id
  const language = languageOf(post.lang)
  const engagement = engagementOf(post)
  const isEdit = first !== post.id
  return {
    id: first,
    kind: answered ? 'reply' : 'post',
    text: plainText(post.note_tweet?.text ?? post.note_post?.text ?? post.text ?? ''),
    createdAt: isEdit ? (timeInId(first) ?? createdAt) : createdAt,
    operation: 'upsert',
    visibility: 'public',
    own: writer !== undefined && own.has(writer),
    // The address with the user's name in it would bring a person's name into the log.
    ...(/^\d+$/.test(post.id) ? { permalink: `https://x.com/i/status/${post.id}` } : {}),
    ...(isEdit ? { revision: post.id.slice(0, 128) } : {}),
    ...(writer === undefined ? {} : { author: authors.get(writer) ?? { id: writer } }),
    ...(parent === undefined ? {} : { parent }),
    ...(language === undefined ? {} : { language }),
    ...(engagement === undefined ? {} : { engagement }),
    ...(brands.length > 0 ? { brands } : {}),
  }
}

function engagementOf({ public_metrics: metrics }: Post): Item['engagement'] {
  if (!metrics) return undefined
  const sum = (...values: unknown[]) => {
    const counts = values.map(countOf).filter((count) => count !== undefined)
    return counts.length === 0 ? undefined : counts.reduce((all, count) => all + count, 0)
  }
  const found = {
    likes: sum(metrics.like_count),
    shares: sum(metrics.retweet_count, metrics.repost_count, metrics.quote_count),
    comments: sum(metrics.reply_count),
    views: sum(metrics.impression_count),
  }
  return Object.fromEntries(Object.entries(found).filter(([, count]) => count !== undefined))
}

/** X's own words for "no language" and "no words" (`und`, `qme`, `qht`) are none. */
function languageOf(lang: string | undefined): string | undefined {
  return lang === undefined || lang === '' || lang.length > 35 || /^(und|q[a-z]{2})$/.test(lang)
    ? undefined
    : lang
}

/** X escapes these three and no others. */
function plainText(text: string): string {
  return text.replace(/&(amp|lt|gt);/g, (_, name: string) => ({ amp: '&', lt: '<', gt: '>' })[name] ?? '')
}

/** X's ids since 2010 hold their time: ms since this one, above 22 bits of other things. */
const idEpochMs = 1_288_834_974_657
function timeInId(id: string): number | undefined {
  return /^\d{15,19}$/.test(id) ? Number(BigInt(id) >> 22n) + idEpochMs : undefined
}
