import { z } from 'zod'
import type { Item } from '../connector.ts'
import { hiddenInList } from '../shared/deletion.ts'
import { countOf, idField, linkOf, optionalText, toMs } from '../shared/fields.ts'
import { faultsOf, type Reading } from '../shared/reading.ts'

const counters = {
  likes: z.unknown().optional(),
  comments: z.unknown().optional(),
  shares: z.unknown().optional(),
  views: z.unknown().optional(),
  video_views: z.unknown().optional(),
}
const videoShape = z.looseObject({
  item_id: idField,
  create_time: z.unknown().optional(),
  caption: optionalText,
  share_url: z.unknown().optional(),
  video_link: z.unknown().optional(),
  creator_handle_name: idField.nullish(),
  ...counters,
})
const commentShape = z.looseObject({
  comment_id: idField,
  video_id: idField.nullish(),
  parent_comment_id: idField.nullish(),
  unique_identifier: idField.nullish(),
  create_time: z.unknown().optional(),
  text: optionalText,
  likes: z.unknown().optional(),
  owner: z.boolean().nullish(),
  status: z.string().nullish(),
  image_url: z.unknown().optional(),
  reply_list: z.array(z.unknown()).nullish(),
})
const mentionShape = z.looseObject({
  comment_id: idField,
  item_id: idField.nullish(),
  comment_text: optionalText,
  comment_create_time: z.unknown().optional(),
  comment_likes: z.unknown().optional(),
  commenter_handle_name: idField.nullish(),
  video_link: z.unknown().optional(),
})
const pageShape = z.looseObject({
  data: z.looseObject({
    videos: z.array(z.unknown()).nullish(),
    comments: z.array(z.unknown()).nullish(),
    list: z.array(z.unknown()).nullish(),
    cursor: z.union([z.number(), z.string()]).nullish(),
    has_more: z.boolean().nullish(),
  }),
})

export interface ListingContext {
  brands: readonly string[]
  isOwn(id: string | undefined): boolean
  /** What is older was read by earlier looks. */
  since: number
  videoId?: string | undefined
}

export interface ListingPage {
  videos: { id: string; at: number }[]
  next: string | undefined
  /** Oldest time on the page, ms; undefined: nothing on it has a time. */
  oldest: number | undefined
}

export const listingNames = [
  'video_list',
  'comment_list',
  'mention_video_list',
  'mention_comment_list',
] as const
export type ListingName = (typeof listingNames)[number]

/** Reads a page of one of the polled listings. A page may be short and not be the last. */
export function readListing(
  name: ListingName,
  value: unknown,
  context: ListingContext,
  reading: Reading,
): ListingPage {
  const page = pageShape.safeParse(value)
  if (!page.success) {
    reading.unreadable('schema', faultsOf(page.error, 'answer'), value)
    return { videos: [], next: undefined, oldest: undefined }
  }
  const { videos: listed, comments, list, cursor, has_more: hasMore } = page.data.data
  const videos: { id: string; at: number }[] = []
  const times: number[] = []
  const isOfVideos = name === 'video_list' || name === 'mention_video_list'
  const entries = (isOfVideos ? (listed ?? list) : (comments ?? list)) ?? []
  for (const [index, entry] of entries.entries()) {
    const place = `${name} ${index}`
    const at = isOfVideos
      ? readVideo(entry, name === 'video_list', context, reading, place, videos)
      : name === 'comment_list'
        ? readComment(entry, context, reading, place, undefined)
        : readMention(entry, context, reading, place)
    if (at !== undefined) times.push(at)
  }
  const oldest = times.length > 0 ? Math.min(...times) : undefined
  const next = hasMore && cursor !== null && cursor !== undefined ? String(cursor) : undefined
  return { videos, next, oldest }
}

function readVideo(
  entry: unknown,
  isOwn: boolean,
  context: ListingContext,
  reading: Reading,
  place: string,
  videos: { id: string; at: number }[],
): number | undefined {
  const parsed = videoShape.safeParse(entry)
  if (!parsed.success) {
    reading.unreadable('schema', faultsOf(parsed.error, 'video'), entry, place)
    return undefined
  }
  const video = parsed.data
  const at = toMs(video.create_time)
  videos.push({ id: video.item_id, at: at ?? 0 })
  const permalink = linkOf(isOwn ? video.share_url : video.video_link)
  const author = isOwn ? undefined : (video.creator_handle_name ?? undefined)
  if (at === undefined || at >= context.since) {
    reading.item({
      ...base(video.item_id, video.caption, at, context),
      kind: 'post',
      own: isOwn || context.isOwn(author),
      ...(author === undefined ? {} : { author: { id: author } }),
      ...(permalink === undefined ? {} : { permalink }),
    })
  }
  if (isOwn) countsOf(video, context, reading)
  return at
}

/** Comments under the account's own posts come one by one as well, so their number is only shown. */
function countsOf(video: z.output<typeof videoShape>, { brands }: ListingContext, reading: Reading): void {
  const found = [
    { counter: 'likes', total: countOf(video.likes) },
    { counter: 'shares', total: countOf(video.shares) },
    { counter: 'views', total: countOf(video.video_views) },
    { counter: 'comments', total: countOf(video.comments), isItemised: true },
  ] as const
  for (const { total, ...count } of found)
    if (total !== undefined) reading.count({ ...count, subject: video.item_id, total, brands })
}

function readComment(
  entry: unknown,
  context: ListingContext,
  reading: Reading,
  place: string,
  within: string | undefined,
): number | undefined {
  const parsed = commentShape.safeParse(entry)
  if (!parsed.success) {
    reading.unreadable('schema', faultsOf(parsed.error, 'comment'), entry, place)
    return undefined
  }
  const comment = parsed.data
  const at = toMs(comment.create_time)
  const thread = comment.parent_comment_id ?? within
  const parent = thread ?? comment.video_id ?? context.videoId
  const author = comment.unique_identifier ?? undefined
  const likes = countOf(comment.likes)
  const picture = linkOf(comment.image_url)
  if (at === undefined || at >= context.since) {
    const item: Item = {
      ...base(comment.comment_id, comment.text, at, context),
      kind: thread === undefined ? 'comment' : 'reply',
      own: comment.owner === true || context.isOwn(author),
      ...(author === undefined ? {} : { author: { id: author } }),
      ...(parent === undefined ? {} : { parent }),
      ...(likes === undefined ? {} : { engagement: { likes } }),
      ...(picture === undefined ? {} : { media: [picture] }),
    }
    reading.item(item)
    if (comment.status === 'HIDDEN') reading.item(hiddenInList(item))
  }
  for (const [index, reply] of (comment.reply_list ?? []).entries())
    readComment(reply, context, reading, `${place}, reply ${index}`, comment.comment_id)
  return at
}

function readMention(
  entry: unknown,
  context: ListingContext,
  reading: Reading,
  place: string,
): number | undefined {
  const parsed = mentionShape.safeParse(entry)
  if (!parsed.success) {
    reading.unreadable('schema', faultsOf(parsed.error, 'mention'), entry, place)
    return undefined
  }
  const mention = parsed.data
  const at = toMs(mention.comment_create_time)
  const author = mention.commenter_handle_name ?? undefined
  const permalink = linkOf(mention.video_link)
  if (at === undefined || at >= context.since) {
    reading.item({
      ...base(mention.comment_id, mention.comment_text, at, context),
      kind: 'comment',
      own: context.isOwn(author),
      ...(author === undefined ? {} : { author: { id: author } }),
      ...(mention.item_id ? { parent: mention.item_id } : {}),
      ...(permalink === undefined ? {} : { permalink }),
    })
  }
  return at
}

function base(
  id: string,
  text: string | undefined,
  createdAt: number | undefined,
  { brands }: ListingContext,
): Omit<Item, 'kind' | 'own'> {
  return {
    id,
    text: text ?? '',
    createdAt,
    operation: 'upsert',
    visibility: 'public',
    ...(brands.length > 0 ? { brands } : {}),
  }
}
