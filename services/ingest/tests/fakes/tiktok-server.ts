import { createHmac } from 'node:crypto'
import { type FakeAnswer, type FakeApi, type FakeCall, startFakeApi } from './api-server.ts'

export interface FakeTikTokComment {
  id: string
  at: number
  text?: string
}

/** A TikTok API for Business that runs here: 200 whatever happens, the code in the body tells. */
export interface FakeTikTok extends FakeApi {
  readonly tokens: Set<string>
  /** Refresh tokens that work; each is good for one use. */
  readonly refreshTokens: Set<string>
  readonly refreshes: { count: number }
  /** Newest first. */
  videos: { id: string; at: number; likes: number }[]
  readonly comments: Map<string, FakeTikTokComment[]>
  /** Comments on a page, however many were asked for: pages may be short. */
  pageSize: number
  /** Calls of a minute that begins with its first, by the machine's clock; more are throttled and counted. */
  callsPerMinute: number
  readonly callsBeyondLimit: number
  /** Sends a delivery as TikTok does, signed at `at` (Unix s); the status. */
  deliver(url: string, event: string, content: string, at: number): Promise<number>
}

export async function startFakeTikTok(options: {
  secret: string
  account: string
  token: string
  refreshToken: string
}): Promise<FakeTikTok> {
  let minute = { endsAt: 0, used: 0 }
  let callsBeyondLimit = 0

  function isBeyondLimit(): boolean {
    if (Date.now() >= minute.endsAt) minute = { endsAt: Date.now() + 60_000, used: 0 }
    minute.used += 1
    if (minute.used > fake.callsPerMinute) callsBeyondLimit += 1
    return minute.used > fake.callsPerMinute
  }

  function handle(call: FakeCall): FakeAnswer {
    if (call.path === '/tt_user/oauth2/refresh_token/') return refresh(call)
    if (isBeyondLimit()) return coded(40_100, {}, 'QPM limit reached')
    if (!call.headers['access-token']) return coded(40_104)
    if (!fake.tokens.has(call.headers['access-token'])) return coded(40_105)
    if (call.query.get('business_id') !== options.account) return coded(40_001)
    if (call.path === '/business/video/list/') {
      return paged(fake.videos, call.query, 20, 'videos', ({ id, at, likes }) => ({
        item_id: id,
        create_time: String(Math.floor(at / 1_000)),
        caption: 'yeni',
        likes,
      }))
    }
    if (call.path === '/business/comment/list/') {
      const video = call.query.get('video_id') ?? ''
      return paged(fake.comments.get(video) ?? [], call.query, 30, 'comments', ({ id, at, text }) => ({
        comment_id: id,
        video_id: video,
        unique_identifier: 'u1',
        create_time: String(Math.floor(at / 1_000)),
        text: text ?? 'berbat',
        status: 'PUBLIC',
      }))
    }
    return coded(40_006)
  }

  function refresh({ body }: FakeCall): FakeAnswer {
    const given = JSON.parse(body)
    if (given.client_secret !== options.secret || !fake.refreshTokens.delete(given.refresh_token))
      return coded(40_105)
    fake.refreshes.count += 1
    const token = `${options.token}-${fake.refreshes.count}`
    const next = `${options.refreshToken}-${fake.refreshes.count}`
    fake.tokens.clear()
    fake.tokens.add(token)
    fake.refreshTokens.add(next)
    return coded(0, {
      access_token: token,
      expires_in: 86_400,
      refresh_token: next,
      open_id: options.account,
    })
  }

  function paged<T>(
    list: readonly T[],
    query: URLSearchParams,
    most: number,
    name: string,
    show: (one: T) => unknown,
  ): FakeAnswer {
    const from = Number(query.get('cursor') ?? 0)
    const size = Math.min(most, fake.pageSize, Number(query.get('max_count') ?? most))
    const to = from + size
    return coded(0, { [name]: list.slice(from, to).map(show), cursor: to, has_more: to < list.length })
  }

  const api = await startFakeApi(handle)
  const fake: FakeTikTok = Object.assign(api, {
    tokens: new Set([options.token]),
    refreshTokens: new Set([options.refreshToken]),
    refreshes: { count: 0 },
    videos: [],
    comments: new Map(),
    pageSize: 30,
    callsPerMinute: 600,
    callsBeyondLimit: 0,
    async deliver(url: string, event: string, content: string, at: number) {
      const body = JSON.stringify({ event, create_time: at, user_openid: options.account, content })
      const hex = createHmac('sha256', options.secret).update(`${at}.${body}`).digest('hex')
      const headers = { 'content-type': 'application/json', 'tiktok-signature': `t=${at},s=${hex}` }
      const response = await fetch(url, { method: 'POST', headers, body })
      await response.arrayBuffer()
      return response.status
    },
  })
  Object.defineProperty(fake, 'callsBeyondLimit', { get: () => callsBeyondLimit })
  return fake
}

/** An answer as this API gives it; also for throttling (40100), which comes with status 200. */
export function coded(code: number, data: unknown = {}, message = `fake ${code}`): FakeAnswer {
  return { body: { code, message, request_id: 'r', data } }
}
