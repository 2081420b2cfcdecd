import { z } from 'zod'
import type { IgnoreReason, Item } from '../connector.ts'
import type { MetaEntry } from '../meta/envelope.ts'
import { idField, linkOf, optionalText, toMs } from '../shared/fields.ts'
import { faultsOf, type Reading } from '../shared/reading.ts'

const optionalId = idField.nullish()

/** What we read of a change in the fields `feed` and `mention`; old payloads carry numbers for ids. */
const valueShape = z.looseObject({
  item: z.string(),
  verb: z.string(),
  post_id: optionalId,
  comment_id: optionalId,
  parent_id: optionalId,
  from: z.looseObject({ id: optionalId }).nullish(),
  sender_id: optionalId,
  message: optionalText,
  created_time: z.unknown().optional(),
  published: z.unknown().optional(),
  photo: z.unknown().optional(),
  video: z.unknown().optional(),
  photos: z.array(z.unknown()).nullish(),
  link: z.unknown().optional(),
  permalink_url: z.unknown().optional(),
})
type Value = z.infer<typeof valueShape>

const ratingShape = z.looseObject({
  item: z.string(),
  verb: z.string(),
  open_graph_story_id: optionalId,
  comment_id: optionalId,
  reviewer_id: optionalId,
  review_text: optionalText,
  created_time: z.unknown().optional(),
})

/** Things somebody wrote or showed; a comment besides. */
const posts = new Set([
  'post',
  'status',
  'photo',
  'video',
  'share',
  'link',
  'note',
  'story',
  'album',
  'event',
])
/** Things that are no words, and changes that are none of the text. */
const wordless = new Set(['reaction', 'like'])
const silentVerbs = new Set(['block', 'unblock', 'mute', 'unmute', 'follow', 'unfollow', 'update'])

/** Reads one change of a Page: comments, replies, posts of visitors and of the Page itself, mentions, recommendations. */
export function readPageChange(
  field: string,
  value: unknown,
  entry: MetaEntry,
  brands: readonly string[],
  reading: Reading,
) {
  if (field !== 'feed' && field !== 'mention' && field !== 'ratings') return reading.ignore('unknown_kind')
  const read = field === 'ratings' ? readRating : readFeed
  const result = read(value, entry)
  if ('ignored' in result) return reading.ignore(result.ignored)
  if ('fault' in result) return reading.unreadable('schema', result.fault, value)
  reading.item({ ...result.item, ...(brands.length > 0 ? { brands } : {}) })
}

/** An item, why it is none, or what is wrong with it. */
type Result = { item: Item } | { ignored: IgnoreReason } | { fault: string }

function readFeed(raw: unknown, entry: MetaEntry): Result {
  const parsed = valueShape.safeParse(raw)
  if (!parsed.success) return { fault: faultsOf(parsed.error, 'value') }
  const value = parsed.data
  if (wordless.has(value.item)) return { ignored: 'not_content' }
  const isComment = value.item === 'comment'
  if (!isComment && !posts.has(value.item)) return { ignored: 'unknown_kind' }
  // Advertisements and drafts that nobody finds on the Page.
  if (value.published === 0 || value.published === false) return { ignored: 'not_content' }
  const id = isComment ? value.comment_id : (value.post_id ?? value.comment_id)
  if (id == null) return { fault: `${isComment ? 'comment_id' : 'post_id'}: an id: text or a whole number` }
  const operation = operationOf(value.verb)
  if (operation === undefined)
    return { ignored: silentVerbs.has(value.verb) ? 'not_content' : 'unknown_kind' }
  return { item: toItem(value, id, operation, entry) }
}

type Operation = Pick<Item, 'operation'> & { isNewVersion?: boolean }

function operationOf(verb: string): Operation | undefined {
  switch (verb) {
    case 'add':
      return { operation: 'upsert' }
    // Comments say `edited`, visitors' posts `edit`.
    case 'edit':
    case 'edited':
    case 'unhide':
      return { operation: 'upsert', isNewVersion: true }
    case 'hide':
      return { operation: 'hide', isNewVersion: true }
    case 'remove':
    case 'delete':
      return { operation: 'delete' }
    default:
      return undefined
  }
}

function toItem(value: Value, id: string, { operation, isNewVersion }: Operation, entry: MetaEntry): Item {
  const isComment = value.item === 'comment'
  const createdAt = toMs(value.created_time) ?? entry.at
  const writer = value.from?.id ?? value.sender_id
  const isReply = isComment && value.parent_id != null && value.parent_id !== value.post_id
  const parent = isComment ? (value.parent_id ?? value.post_id) : undefined
  const permalink = linkOf(value.permalink_url)
  const media = mediaOf(value)
  return {
    id,
    kind: isReply ? 'reply' : isComment ? 'comment' : 'post',
    text: operation === 'delete' ? '' : (value.message ?? ''),
    createdAt,
    operation,
    visibility: 'public',
    own: writer != null && writer === entry.id,
    ...(isNewVersion ? { revision: `${value.verb}-${createdAt ?? ''}` } : {}),
    ...(writer == null ? {} : { author: { id: writer } }),
    ...(parent == null ? {} : { parent }),
    ...(permalink === undefined ? {} : { permalink }),
    ...(media.length > 0 ? { media } : {}),
  }
}

function mediaOf({ photo, video, photos }: Value): string[] {
  return [photo, video, ...(photos ?? [])].flatMap((url) => linkOf(url) ?? [])
}

function readRating(raw: unknown, entry: MetaEntry): Result {
  const parsed = ratingShape.safeParse(raw)
  if (!parsed.success) return { fault: faultsOf(parsed.error, 'value') }
  const value = parsed.data
  // Comments under a recommendation come as `feed` changes, too.
  if (value.item !== 'rating')
    return { ignored: wordless.has(value.item) || value.item === 'comment' ? 'not_content' : 'unknown_kind' }
  const operation = operationOf(value.verb)
  if (operation === undefined) return { ignored: 'unknown_kind' }
  const { open_graph_story_id: story, reviewer_id: reviewer } = value
  if (story == null && reviewer == null)
    return { fault: 'open_graph_story_id: an id: text or a whole number' }
  const createdAt = toMs(value.created_time) ?? entry.at
  const item: Item = {
    id: story ?? `${entry.id}/review/${reviewer}`,
    ...(story == null ? { idIsPersonal: true } : {}),
    kind: 'review',
    text: operation.operation === 'delete' ? '' : (value.review_text ?? ''),
    createdAt,
    operation: operation.operation,
    ...(operation.isNewVersion ? { revision: `${value.verb}-${createdAt ?? ''}` } : {}),
    visibility: 'public',
    own: false,
    ...(reviewer == null ? {} : { author: { id: reviewer } }),
  }
  return { item }
}
