import { z } from 'zod'
import type { Item } from '../connector.ts'
import { countOf, idField, optionalText, toMs } from '../shared/fields.ts'
import { faultsOf, type Reading } from '../shared/reading.ts'
import type { Channels } from './config.ts'
import { plainText } from './plain-text.ts'

const snippetShape = z.looseObject({
  channelId: idField.nullish(),
  title: optionalText,
  description: optionalText,
  publishedAt: z.unknown().optional(),
  defaultAudioLanguage: optionalText,
})
const foundShape = z.looseObject({
  id: z.looseObject({ videoId: idField.nullish() }),
  snippet: snippetShape.nullish(),
})
const videoShape = z.looseObject({
  id: idField,
  snippet: snippetShape.nullish(),
  statistics: z.record(z.string(), z.unknown()).nullish(),
  liveStreamingDetails: z.looseObject({ activeLiveChatId: idField.nullish() }).nullish(),
})
const channelShape = z.looseObject({
  id: idField,
  statistics: z
    .looseObject({
      subscriberCount: z.unknown().optional(),
      hiddenSubscriberCount: z.unknown().optional(),
    })
    .nullish(),
})
const entryShape = z.looseObject({
  contentDetails: z.looseObject({ videoId: idField, videoPublishedAt: z.unknown().optional() }),
})
const pageShape = z.looseObject({ items: z.array(z.unknown()), nextPageToken: z.string().nullish() })

export interface FoundVideo {
  id: string
  at: number
  channelId?: string | undefined
}

export interface VideosPage {
  videos: FoundVideo[]
  next: string | undefined
}

export interface VideoContext {
  channels: Channels
  /** Older videos were read by earlier looks: they are named and not read again. */
  since: number
}

/** Videos that a search found; titles and beginnings of descriptions, as HTML. */
export function readSearch(value: unknown, context: VideoContext, reading: Reading): VideosPage {
  return readPage(value, reading, foundShape, ({ id, snippet }) => {
    if (!id.videoId) {
      reading.ignore('not_content')
      return undefined
    }
    const item = toItem(id.videoId, snippet ?? {}, context, plainText)
    if (item.createdAt === undefined || item.createdAt >= context.since) reading.item(item)
    return { id: id.videoId, at: item.createdAt ?? 0, channelId: snippet?.channelId ?? undefined }
  })
}

/** A channel's own videos by the list of its uploads: ids alone, what they are is asked for together. */
export function readUploads(value: unknown, reading: Reading): VideosPage {
  return readPage(value, reading, entryShape, ({ contentDetails }) => ({
    id: contentDetails.videoId,
    at: toMs(contentDetails.videoPublishedAt) ?? 0,
  }))
}

/** Videos with their counters, which come as text. Comments come one by one as well, so their number is only shown. */
export function readVideos(value: unknown, context: VideoContext, reading: Reading): VideosPage {
  return readPage(value, reading, videoShape, ({ id, snippet, statistics }) => {
    const item = toItem(id, snippet ?? {}, context, (text) => text)
    if (snippet && (item.createdAt === undefined || item.createdAt >= context.since)) reading.item(item)
    const brands = item.brands ?? []
    for (const { name, ...count } of videoCounters) {
      const total = countOf(statistics?.[name])
      if (total !== undefined) reading.count({ ...count, subject: id, total, brands })
    }
    return { id, at: item.createdAt ?? 0 }
  })
}

const videoCounters = [
  { name: 'viewCount', counter: 'views' },
  { name: 'likeCount', counter: 'likes' },
  { name: 'commentCount', counter: 'comments', isItemised: true },
] as const

/** Followers of channels, where they are shown. */
export function readChannels(value: unknown, { channels }: VideoContext, reading: Reading): void {
  readPage(value, reading, channelShape, ({ id, statistics }) => {
    const total = countOf(statistics?.subscriberCount)
    if (total === undefined || statistics?.hiddenSubscriberCount === true) reading.ignore('not_content')
    else reading.count({ subject: id, counter: 'followers', total, brands: channels.brandsOf(id) })
    return undefined
  })
}

/** The chat of each video that is live now. */
export function readLiveChats(value: unknown): Map<string, { chatId: string; channelId?: string }> {
  const found = new Map<string, { chatId: string; channelId?: string }>()
  for (const entry of pageShape.safeParse(value).data?.items ?? []) {
    const video = videoShape.safeParse(entry).data
    const chatId = video?.liveStreamingDetails?.activeLiveChatId
    const channelId = video?.snippet?.channelId
    if (video && chatId) found.set(video.id, { chatId, ...(channelId ? { channelId } : {}) })
  }
  return found
}

function readPage<S extends z.ZodType>(
  value: unknown,
  reading: Reading,
  shape: S,
  take: (entry: z.output<S>) => FoundVideo | undefined,
): VideosPage {
  const page = pageShape.safeParse(value)
  if (!page.success) {
    reading.unreadable('schema', faultsOf(page.error, 'answer'), value)
    return { videos: [], next: undefined }
  }
  const videos: FoundVideo[] = []
  for (const [index, entry] of page.data.items.entries()) {
    const parsed = shape.safeParse(entry)
    if (!parsed.success) {
      reading.unreadable('schema', faultsOf(parsed.error, 'item'), entry, `item ${index}`)
      continue
    }
    const video = take(parsed.data)
    if (video) videos.push(video)
  }
  return { videos, next: page.data.nextPageToken ?? undefined }
}

function toItem(
  id: string,
  snippet: Partial<z.output<typeof snippetShape>>,
  { channels }: VideoContext,
  toText: (text: string) => string,
): Item {
  const channelId = snippet.channelId ?? undefined
  const brands = channels.brandsOf(channelId)
  const text = [snippet.title, snippet.description].flatMap((part) => (part ? [toText(part)] : []))
  return {
    id,
    kind: 'post',
    text: text.join('\n'),
    createdAt: toMs(snippet.publishedAt),
    operation: 'upsert',
    visibility: 'public',
    own: channels.isOwn(channelId),
    permalink: `https://www.youtube.com/watch?${new URLSearchParams({ v: id })}`,
    ...(channelId === undefined ? {} : { author: { id: channelId } }),
    ...(snippet.defaultAudioLanguage === undefined
      ? {}
      : { language: snippet.defaultAudioLanguage.slice(0, 35) }),
    ...(brands.length > 0 ? { brands } : {}),
  }
}
