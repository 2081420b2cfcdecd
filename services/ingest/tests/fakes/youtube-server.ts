import { createHmac } from 'node:crypto'
import { type FakeAnswer, type FakeApi, type FakeCall, pageOf, startFakeApi } from './api-server.ts'

export interface FakeComment {
  id: string
  at: number
  text?: string
  author?: string
  replies?: { id: string; at: number; text?: string }[]
}

/** A YouTube that runs here: the Data API with its two buckets of a day, and the hub. */
export interface FakeYouTube extends FakeApi {
  readonly key: string
  /** Threads by channel id or video id, newest first. */
  readonly threads: Map<string, FakeComment[]>
  /** Uploads by channel, newest first. */
  readonly uploads: Map<string, { id: string; at: number; title: string; views: number }[]>
  /** What a search finds, by its words. */
  readonly found: Map<string, { id: string; at: number; title: string }[]>
  /** Videos without comments. */
  readonly closed: Set<string>
  /** Replies of a thread that come along with it. */
  shownReplies: number
  /** Live chats by video: pages of messages; `offline` after the last. */
  readonly chats: Map<string, { waitMs: number; pages: string[][]; isOver: boolean }>
  unitsLeft: number
  searchesLeft: number
  /** Calls that came when their bucket was empty: a client that obeys makes one at most, which told it. */
  readonly callsBeyondLimit: number
  /** Topics that are subscribed, each with how often it was asked for. */
  readonly subscriptions: Map<string, number>
  /** Pushes a feed to a webhook as the hub does; the status. */
  deliver(url: string, feed: string, secret: string): Promise<number>
}

/** Starts a fake on a free port of this machine. */
export async function startFakeYouTube(key: string): Promise<FakeYouTube> {
  let callsBeyondLimit = 0

  function handle(call: FakeCall): FakeAnswer {
    if (call.path === '/hub') return subscribe(call)
    if (call.headers['x-goog-api-key'] !== key) return fault(400, 'badRequest', 'API_KEY_INVALID')
    const isSearch = call.path === '/search'
    const cost = isSearch ? 1 : call.path === '/liveChat/messages' ? 5 : 1
    const left = isSearch ? fake.searchesLeft : fake.unitsLeft
    if (left < cost) {
      callsBeyondLimit += 1
      return fault(403, 'quotaExceeded')
    }
    if (isSearch) fake.searchesLeft -= cost
    else fake.unitsLeft -= cost
    return routes[call.path]?.(call) ?? fault(404, 'notFound')
  }

  function subscribe({ body }: FakeCall): FakeAnswer {
    const topic = new URLSearchParams(body).get('hub.topic') ?? ''
    fake.subscriptions.set(topic, (fake.subscriptions.get(topic) ?? 0) + 1)
    return { status: 202, body: '' }
  }

  const routes: Readonly<Record<string, (call: FakeCall) => FakeAnswer>> = {
    '/commentThreads'({ query }) {
      const channelId = query.get('allThreadsRelatedToChannelId') ?? undefined
      const videoId = query.get('videoId') ?? 'vid1'
      if (fake.closed.has(videoId)) return fault(403, 'commentsDisabled')
      const list = fake.threads.get(channelId ?? videoId) ?? []
      return listed(list, query, 100, (thread) => ({
        id: thread.id,
        snippet: {
          channelId,
          videoId,
          topLevelComment: comment(thread),
          totalReplyCount: thread.replies?.length ?? 0,
        },
        replies: { comments: (thread.replies ?? []).slice(0, fake.shownReplies).map(comment) },
      }))
    },
    '/comments'({ query }) {
      const asked = query.get('id')?.split(',')
      if (asked) {
        const all = [...fake.threads.values()].flat().flatMap((thread) => [thread, ...(thread.replies ?? [])])
        return { body: { items: all.filter(({ id }) => asked.includes(id)).map(({ id }) => ({ id })) } }
      }
      const thread = [...fake.threads.values()].flat().find(({ id }) => id === query.get('parentId'))
      if (!thread) return fault(404, 'commentNotFound')
      return listed(thread.replies ?? [], query, 100, (reply) => {
        const { id, snippet } = comment(reply)
        return { id, snippet: { ...snippet, parentId: thread.id } }
      })
    },
    '/playlistItems'({ query }) {
      const channel = `UC${(query.get('playlistId') ?? '').slice(2)}`
      return listed(fake.uploads.get(channel) ?? [], query, 50, ({ id, at }) => ({
        contentDetails: { videoId: id, videoPublishedAt: iso(at) },
      }))
    },
    '/videos'({ query }) {
      const ids = new Set(query.get('id')?.split(','))
      const own = [...fake.uploads].flatMap(([channelId, list]) =>
        list.map((video) => ({ ...video, channelId })),
      )
      const items = own
        .filter(({ id }) => ids.has(id))
        .map(({ id, at, title, views, channelId }) => ({
          id,
          snippet: { channelId, title, publishedAt: iso(at) },
          statistics: { viewCount: String(views) },
        }))
      const live = [...fake.chats]
        .filter(([id]) => ids.has(id))
        .map(([id, { isOver }]) => ({
          id,
          liveStreamingDetails: isOver ? {} : { activeLiveChatId: `chat-${id}` },
        }))
      return { body: { items: [...items, ...live] } }
    },
    '/channels': ({ query }) => ({
      body: {
        items: query
          .get('id')
          ?.split(',')
          .map((id) => ({ id, statistics: { subscriberCount: '1200' } })),
      },
    }),
    '/search'({ query }) {
      const after = Date.parse(query.get('publishedAfter') ?? '')
      const list = (fake.found.get(query.get('q') ?? '') ?? []).filter(({ at }) => at >= after)
      return listed(list, query, 50, ({ id, at, title }) => ({
        id: { kind: 'youtube#video', videoId: id },
        snippet: { channelId: 'UC-stranger', title, publishedAt: iso(at) },
      }))
    },
    '/liveChat/messages'({ query }) {
      const chat = fake.chats.get((query.get('liveChatId') ?? '').replace('chat-', ''))
      if (!chat || chat.isOver) return fault(403, 'liveChatEnded')
      const page = chat.pages.shift() ?? []
      if (chat.pages.length === 0) chat.isOver = true
      const items = page.map((id) => ({
        id,
        snippet: {
          type: 'textMessageEvent',
          publishedAt: iso(Date.now()),
          displayMessage: 'ses yok',
          authorChannelId: 'UC9',
        },
      }))
      const over = chat.isOver ? { offlineAt: iso(Date.now()) } : {}
      return { body: { items, nextPageToken: 'n', pollingIntervalMillis: chat.waitMs, ...over } }
    },
  }

  const api = await startFakeApi(handle)
  const fake: FakeYouTube = Object.assign(api, {
    key,
    threads: new Map(),
    uploads: new Map(),
    found: new Map(),
    closed: new Set<string>(),
    shownReplies: 5,
    chats: new Map(),
    unitsLeft: 10_000,
    searchesLeft: 100,
    subscriptions: new Map<string, number>(),
    callsBeyondLimit: 0,
    async deliver(url: string, feed: string, secret: string) {
      const signature = `sha1=${createHmac('sha1', secret).update(feed).digest('hex')}`
      const headers = { 'content-type': 'application/atom+xml', 'x-hub-signature': signature }
      const response = await fetch(url, { method: 'POST', headers, body: feed })
      await response.arrayBuffer()
      return response.status
    },
  })
  Object.defineProperty(fake, 'callsBeyondLimit', { get: () => callsBeyondLimit })
  return fake
}

function listed<T>(
  list: readonly T[],
  query: URLSearchParams,
  most: number,
  show: (one: T) => unknown,
): FakeAnswer {
  const token = query.get('pageToken')
  if (token && !Buffer.from(token, 'base64url').toString('utf8').startsWith('page:'))
    return fault(400, 'invalidPageToken')
  const size = Math.min(most, Number(query.get('maxResults') ?? 20))
  const { items, next } = pageOf(list, token, size)
  return { body: { items: items.map(show), ...(next ? { nextPageToken: next } : {}) } }
}

function comment({ id, at, text = 'berbat', author = 'UC9' }: FakeComment) {
  const snippet = {
    authorChannelId: { value: author },
    textDisplay: text,
    publishedAt: iso(at),
    updatedAt: iso(at),
  }
  return { id, snippet }
}

function fault(status: number, reason: string, detail?: string): FakeAnswer {
  const details = detail ? { details: [{ reason: detail }] } : {}
  return { status, body: { error: { code: status, message: reason, errors: [{ reason }], ...details } } }
}

function iso(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')
}
