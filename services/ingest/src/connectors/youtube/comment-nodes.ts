import { z } from 'zod'
import type { Item } from '../connector.ts'
import { countOf, idField, linkOf, toMs } from '../shared/fields.ts'
import { faultsOf, type Reading } from '../shared/reading.ts'
import type { Channels } from './config.ts'
import { plainText } from './plain-text.ts'

const optionalId = idField.nullish()
const commentShape = z.looseObject({
  id: idField,
  snippet: z.looseObject({
    authorChannelId: z.looseObject({ value: optionalId }).nullish(),
    channelId: optionalId,
    parentId: optionalId,
    videoId: optionalId,
    textDisplay: z.string().nullish(),
    textOriginal: z.string().nullish(),
    likeCount: z.unknown().optional(),
    publishedAt: z.unknown().optional(),
    updatedAt: z.unknown().optional(),
    imageUrl: z.unknown().optional(),
  }),
})
const threadShape = z.looseObject({
  id: idField,
  snippet: z.looseObject({
    channelId: optionalId,
    videoId: optionalId,
    topLevelComment: z.unknown(),
    totalReplyCount: z.unknown().optional(),
  }),
  replies: z.looseObject({ comments: z.array(z.unknown()).nullish() }).nullish(),
})
const pageShape = z.looseObject({ items: z.array(z.unknown()), nextPageToken: z.string().nullish() })

export interface CommentContext {
  channels: Channels
  /** What was last changed before was read by earlier looks. */
  since: number
  /** Where the answer does not say: what was asked for. */
  videoId?: string | undefined
  channelId?: string | undefined
}

/** A thread that has more replies than the answer shows. */
export interface OpenThread {
  id: string
  videoId: string | undefined
  channelId: string | undefined
  replies: number
}

export interface ThreadsPage {
  open: OpenThread[]
  next: string | undefined
  /** Oldest time of a thread on the page, ms; undefined: none has a time. */
  oldest: number | undefined
}

/** Reads an answer of commentThreads: what people wrote under videos, and the replies that came along. */
export function readThreads(value: unknown, context: CommentContext, reading: Reading): ThreadsPage {
  const page = pageShape.safeParse(value)
  if (!page.success) {
    reading.unreadable('schema', faultsOf(page.error, 'answer'), value)
    return { open: [], next: undefined, oldest: undefined }
  }
  const open: OpenThread[] = []
  const times: number[] = []
  for (const [index, entry] of page.data.items.entries()) {
    const parsed = threadShape.safeParse(entry)
    if (!parsed.success) {
      reading.unreadable('schema', faultsOf(parsed.error, 'thread'), entry, `thread ${index}`)
      continue
    }
    const { id, snippet, replies } = parsed.data
    const about = {
      ...context,
      videoId: snippet.videoId ?? context.videoId,
      channelId: snippet.channelId ?? context.channelId,
    }
    const at = readComment(snippet.topLevelComment, about, undefined, reading, `thread ${index}`)
    if (at !== undefined) times.push(at)
    const shown = replies?.comments ?? []
    for (const [place, reply] of shown.entries())
      readComment(reply, about, id, reading, `thread ${index}, reply ${place}`)
    const total = countOf(snippet.totalReplyCount) ?? 0
    if (total > shown.length) {
      open.push({ id, videoId: about.videoId, channelId: about.channelId, replies: total })
    }
  }
  const oldest = times.length > 0 ? Math.min(...times) : undefined
  return { open, next: page.data.nextPageToken ?? undefined, oldest }
}

/** Reads an answer of comments: all replies of a thread. Gives the next page's token. */
export function readReplies(value: unknown, context: CommentContext, reading: Reading): string | undefined {
  const page = pageShape.safeParse(value)
  if (!page.success) {
    reading.unreadable('schema', faultsOf(page.error, 'answer'), value)
    return undefined
  }
  for (const [index, entry] of page.data.items.entries())
    readComment(entry, context, undefined, reading, `comment ${index}`)
  return page.data.nextPageToken ?? undefined
}

/** `within`: the thread it stands in, where it is a reply. Gives the time at which it was written, ms. */
function readComment(
  value: unknown,
  context: CommentContext,
  within: string | undefined,
  reading: Reading,
  place: string,
): number | undefined {
  const parsed = commentShape.safeParse(value)
  if (!parsed.success) {
    reading.unreadable('schema', faultsOf(parsed.error, 'comment'), value, place)
    return undefined
  }
  const { id, snippet } = parsed.data
  const written = toMs(snippet.publishedAt)
  const changed = Math.max(written ?? 0, toMs(snippet.updatedAt) ?? 0)
  if (written !== undefined && changed < context.since) return written
  const videoId = context.videoId ?? snippet.videoId ?? undefined
  const thread = snippet.parentId ?? within
  const parent = thread ?? videoId
  const author = snippet.authorChannelId?.value ?? undefined
  const likes = countOf(snippet.likeCount)
  const picture = linkOf(snippet.imageUrl)
  const brands = context.channels.brandsOf(context.channelId ?? snippet.channelId ?? undefined)
  const item: Item = {
    id,
    kind: thread === undefined ? 'comment' : 'reply',
    // The original is given to its author alone; in what is displayed, signs stand as HTML.
    text: snippet.textOriginal ?? plainText(snippet.textDisplay ?? ''),
    createdAt: written,
    operation: 'upsert',
    visibility: 'public',
    own: context.channels.isOwn(author),
    ...(written !== undefined && changed > written ? { revision: new Date(changed).toISOString() } : {}),
    ...(author === undefined ? {} : { author: { id: author } }),
    ...(likes === undefined ? {} : { engagement: { likes } }),
    ...(parent === undefined ? {} : { parent }),
    ...(videoId === undefined
      ? {}
      : { permalink: `https://www.youtube.com/watch?${new URLSearchParams({ v: videoId, lc: id })}` }),
    ...(picture === undefined ? {} : { media: [picture] }),
    ...(brands.length > 0 ? { brands } : {}),
  }
  reading.item(item)
  return written
}
