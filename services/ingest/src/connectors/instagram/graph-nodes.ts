import { z } from 'zod'
import type { Item } from '../connector.ts'
import { type GraphPage, readGraphList } from '../meta/graph-page.ts'
import { hiddenInList } from '../shared/deletion.ts'
import { countOf, idField, linkOf, optionalText, toMs } from '../shared/fields.ts'
import { faultsOf, type Reading } from '../shared/reading.ts'

export const mediaFields = 'id,caption,timestamp,permalink,username,like_count,comments_count'
const replyFields = 'id,text,timestamp,username,from,like_count,hidden,parent_id'
export const commentFields = `${replyFields},replies{${replyFields}}`

const commentNode = z.looseObject({
  id: idField,
  text: optionalText,
  timestamp: z.unknown().optional(),
  username: optionalText,
  from: z.looseObject({ id: idField.nullish() }).nullish(),
  like_count: z.unknown().optional(),
  hidden: z.unknown().optional(),
  parent_id: idField.nullish(),
  media: z.looseObject({ id: idField.nullish(), permalink: z.unknown().optional() }).nullish(),
  replies: z.looseObject({ data: z.array(z.unknown()) }).nullish(),
})
const mediaNode = z.looseObject({
  id: idField,
  caption: optionalText,
  timestamp: z.unknown().optional(),
  permalink: z.unknown().optional(),
  username: optionalText,
  like_count: z.unknown().optional(),
  comments_count: z.unknown().optional(),
})

export interface NodeContext {
  /** The professional account; absent in `nabiz decode`. */
  accountId?: string
  brands: readonly string[]
  /** The media whose comments these are. */
  mediaId?: string
  /** Older things were read before; they are passed over. */
  since: number
}

export interface ReadPage extends GraphPage {
  media: { id: string; at: number }[]
}

/** Reads a page of `media` (the account's own), `tags` (others who tagged it) or `comments` into `reading`. */
export function readInstagramPage(
  value: unknown,
  api: string,
  context: NodeContext,
  reading: Reading,
): ReadPage {
  const media: ReadPage['media'] = []
  const page = readGraphList(value, reading, (entry) =>
    api === 'comments'
      ? readComment(entry, context, reading, undefined)
      : readMedia(entry, api === 'media', context, reading, media),
  )
  return { media, ...page }
}

/** Reads a comment and its replies; its time, for paging. */
export function readComment(
  entry: unknown,
  context: NodeContext,
  reading: Reading,
  answered: string | undefined,
): number | undefined {
  const parsed = commentNode.safeParse(entry)
  if (!parsed.success) {
    reading.unreadable('schema', faultsOf(parsed.error, 'comment'), entry)
    return undefined
  }
  const node = parsed.data
  const at = toMs(node.timestamp)
  const above = node.parent_id ?? answered
  const parent = above ?? context.mediaId ?? node.media?.id ?? undefined
  const writer = node.from?.id ?? node.username
  const likes = countOf(node.like_count)
  const permalink = linkOf(node.media?.permalink)
  if (at === undefined || at >= context.since) {
    const item: Item = {
      ...base(at, writer, context),
      id: node.id,
      kind: above === undefined ? 'comment' : 'reply',
      text: node.text ?? '',
      ...(parent === undefined ? {} : { parent }),
      ...(permalink === undefined ? {} : { permalink }),
      ...(likes === undefined ? {} : { engagement: { likes } }),
    }
    reading.item(item)
    if (node.hidden === true) reading.item(hiddenInList(item))
  }
  for (const reply of node.replies?.data ?? []) readComment(reply, context, reading, node.id)
  return at
}

/** Reads a post: the account's own, or one of somebody who named it. */
export function readMedia(
  entry: unknown,
  isOwn: boolean,
  context: NodeContext,
  reading: Reading,
  found: ReadPage['media'],
): number | undefined {
  const parsed = mediaNode.safeParse(entry)
  if (!parsed.success) {
    reading.unreadable('schema', faultsOf(parsed.error, 'media'), entry)
    return undefined
  }
  const node = parsed.data
  const at = toMs(node.timestamp)
  const permalink = linkOf(node.permalink)
  if (at === undefined || at >= context.since) {
    reading.item({
      ...base(at, isOwn ? context.accountId : node.username, context),
      id: node.id,
      kind: 'post',
      text: node.caption ?? '',
      own: isOwn,
      ...(permalink === undefined ? {} : { permalink }),
    })
  }
  if (isOwn) found.push({ id: node.id, at: at ?? 0 })
  const likes = countOf(node.like_count)
  const comments = countOf(node.comments_count)
  const count = { subject: node.id, brands: context.brands }
  if (likes !== undefined) reading.count({ ...count, counter: 'likes', total: likes })
  // Under the account's own media comments come one by one as well; under others' they do not.
  if (comments !== undefined) {
    reading.count({ ...count, counter: 'comments', total: comments, ...(isOwn ? { isItemised: true } : {}) })
  }
  return at
}

function base(createdAt: number | undefined, writer: string | undefined, { accountId, brands }: NodeContext) {
  const common: Pick<Item, 'createdAt' | 'operation' | 'visibility' | 'own' | 'author' | 'brands'> = {
    createdAt,
    operation: 'upsert',
    visibility: 'public',
    own: writer !== undefined && writer === accountId,
    ...(writer === undefined ? {} : { author: { id: writer } }),
    ...(brands.length > 0 ? { brands } : {}),
  }
  return common
}
