import { type Clock, minute } from '@nabiz/shared/time'
import { z } from 'zod'
import type { Delivery, PollerWay } from '../connector.ts'
import { InvalidPageError, NotFoundError } from '../shared/api-client.ts'
import { idField, optionalText, toMs } from '../shared/fields.ts'
import { readCursor } from '../shared/read-cursor.ts'
import { createReading, faultsOf, type Reading } from '../shared/reading.ts'
import type { Channels } from './config.ts'
import type { DataApi } from './data-api.ts'
import { readLiveChats } from './video-nodes.ts'

/** Time between two questions whether a video is live, ms. */
const lookEveryMs = 5 * minute
/** Where the answer does not say how long to wait, ms. */
const usualWaitMs = 10_000

const messageShape = z.looseObject({
  id: idField,
  snippet: z.looseObject({
    type: z.string(),
    publishedAt: z.unknown().optional(),
    displayMessage: optionalText,
    authorChannelId: idField.nullish(),
    superChatDetails: z.looseObject({ userComment: optionalText }).nullish(),
    fanFundingEventDetails: z.looseObject({ userComment: optionalText }).nullish(),
  }),
  authorDetails: z
    .looseObject({
      channelId: idField.nullish(),
      isChatOwner: z.boolean().nullish(),
      isVerified: z.boolean().nullish(),
    })
    .nullish(),
})
const pageShape = z.looseObject({
  items: z.array(z.unknown()),
  nextPageToken: z.string().nullish(),
  pollingIntervalMillis: z.number().min(0).nullish(),
  offlineAt: z.string().nullish(),
})
/** Messages that hold what a person wrote; the others are gifts, members and moderation. */
const written = new Set(['textMessageEvent', 'superChatEvent', 'fanFundingEvent'])

const cursorShape = z.record(
  z.string(),
  z.object({
    chatId: z.string().optional(),
    channelId: z.string().optional(),
    page: z.string().optional(),
    due: z.number(),
  }),
)

export interface LiveContext {
  channels: Channels
  videoId?: string
  channelId?: string | undefined
}

export interface LivePage {
  next: string | undefined
  waitMs: number
  isOver: boolean
}

/** Reads an answer of liveChat/messages. */
export function readLiveMessages(value: unknown, context: LiveContext, reading: Reading): LivePage {
  const page = pageShape.safeParse(value)
  if (!page.success) {
    reading.unreadable('schema', faultsOf(page.error, 'answer'), value)
    return { next: undefined, waitMs: usualWaitMs, isOver: false }
  }
  for (const [index, entry] of page.data.items.entries()) {
    const parsed = messageShape.safeParse(entry)
    if (!parsed.success) {
      reading.unreadable('schema', faultsOf(parsed.error, 'message'), entry, `message ${index}`)
      continue
    }
    const { id, snippet, authorDetails } = parsed.data
    if (!written.has(snippet.type)) {
      reading.ignore('not_content')
      continue
    }
    const author = snippet.authorChannelId ?? authorDetails?.channelId ?? undefined
    const brands = context.channels.brandsOf(context.channelId)
    reading.item({
      id,
      kind: 'comment',
      text: wordsIn(snippet),
      createdAt: toMs(snippet.publishedAt),
      operation: 'upsert',
      visibility: 'public',
      own: context.channels.isOwn(author),
      ...(author === undefined
        ? {}
        : { author: { id: author, ...(authorDetails?.isVerified ? { verified: true } : {}) } }),
      ...(context.videoId === undefined
        ? {}
        : {
            parent: context.videoId,
            permalink: `https://www.youtube.com/watch?${new URLSearchParams({ v: context.videoId })}`,
          }),
      ...(brands.length > 0 ? { brands } : {}),
    })
  }
  const { nextPageToken, pollingIntervalMillis, offlineAt } = page.data
  return {
    next: nextPageToken ?? undefined,
    waitMs: pollingIntervalMillis ?? usualWaitMs,
    isOver: typeof offlineAt === 'string',
  }
}

/** What the person wrote; of a paid message what is displayed has the name and the amount before it. */
function wordsIn(snippet: z.infer<typeof messageShape>['snippet']): string {
  const paid = snippet.superChatDetails ?? snippet.fanFundingEventDetails
  return (paid ? paid.userComment : snippet.displayMessage) ?? ''
}

/** Asks whether the videos are live, and reads the chats of those that are, no sooner than YouTube wants. */
export function createLiveChats(
  videoIds: readonly string[],
  api: DataApi,
  channels: Channels,
  clock: Clock,
): PollerWay {
  return {
    way: 'poller',
    intervalMs: lookEveryMs,
    async poll(stored, signal) {
      const chats: Chats = readCursor(cursorShape, stored) ?? {}
      for (const id of videoIds) chats[id] ??= { due: 0 }
      const [videoId] = videoIds
        .filter((id) => leftOf(chats, id) === 0)
        .sort((one, other) => (chats[one]?.due ?? 0) - (chats[other]?.due ?? 0))
      const chat = videoId === undefined ? undefined : chats[videoId]
      let delivery: Delivery = { items: [] }
      if (videoId !== undefined && chat?.chatId === undefined) await look(videoIds, chats, signal)
      else if (videoId !== undefined && chat) {
        const reading = createReading()
        chats[videoId] = await readOn(videoId, chat, reading, signal)
        delivery = reading.delivery()
      }
      const waitMs = Math.min(...videoIds.map((id) => leftOf(chats, id)))
      return { delivery, cursor: JSON.stringify(chats), more: waitMs === 0, waitMs }
    },
  }

  /** Time until a chat is due, ms; one that is further off was noted by a clock that has been put back since. */
  function leftOf(chats: Chats, id: string): number {
    const left = (chats[id]?.due ?? 0) - clock.now()
    return left > lookEveryMs ? 0 : Math.max(0, left)
  }

  /** One call tells of all videos that are not known to be live. */
  async function look(ids: readonly string[], chats: Chats, signal: AbortSignal): Promise<void> {
    const waiting = ids.filter((id) => chats[id]?.chatId === undefined)
    const query = { part: 'snippet,liveStreamingDetails', id: waiting.join(',') }
    const live = readLiveChats((await api.units.call('/videos', { query }, signal)).value)
    for (const id of waiting) {
      const found = live.get(id)
      chats[id] = found ? { ...found, due: clock.now() } : { due: clock.now() + lookEveryMs }
    }
  }

  async function readOn(videoId: string, chat: Chats[string], reading: Reading, signal: AbortSignal) {
    const { chatId = '', channelId, page } = chat
    try {
      const query = {
        part: 'snippet,authorDetails',
        liveChatId: chatId,
        maxResults: 2_000,
        pageToken: page,
      }
      const { value } = await api.units.call('/liveChat/messages', { query }, signal)
      const read = readLiveMessages(value, { channels, videoId, channelId }, reading)
      if (read.isOver) return { due: clock.now() + lookEveryMs }
      return { ...chat, page: read.next ?? page, due: clock.now() + Math.min(read.waitMs, lookEveryMs) }
    } catch (err) {
      // The chat has ended, or its page is gone with a restart of the stream.
      if (err instanceof NotFoundError) return { due: clock.now() + lookEveryMs }
      if (err instanceof InvalidPageError) return { chatId, channelId, due: clock.now() + usualWaitMs }
      throw err
    }
  }
}

type Chats = z.infer<typeof cursorShape>
