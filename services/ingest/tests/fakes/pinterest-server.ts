import { day } from '@nabiz/shared/time'
import { type FakeAnswer, type FakeApi, type FakeCall, startFakeApi } from './api-server.ts'

/** A day of a pin's analytics. */
export interface FakeDay {
  status: 'READY' | 'PROCESSING'
  comments: number
}

/** A Pinterest API that runs here: own pins, the partner search, tokens. */
export interface FakePinterest extends FakeApi {
  readonly tokens: Set<string>
  readonly refreshes: { count: number }
  /** Newest first. */
  pins: { id: string; at: number; comments: number; description?: string; days?: FakeDay[] }[]
  pageSize: number
  /** Calls of a day, those for tokens left out; more are refused and counted. */
  callsPerDay: number
  readonly callsBeyondLimit: number
  /** Every page names the same next one. */
  isLooping: boolean
  hasSearch: boolean
  /** What the partner search finds, whatever is asked for; 50 a page. */
  found: { id: string; title: string }[]
}

export async function startFakePinterest(refreshToken: string): Promise<FakePinterest> {
  let used = 0
  let callsBeyondLimit = 0

  function handle(call: FakeCall): FakeAnswer {
    if (call.path === '/oauth/token') {
      if (new URLSearchParams(call.body).get('refresh_token') !== refreshToken)
        return { status: 400, body: { code: 283, message: 'invalid' } }
      fake.refreshes.count += 1
      const token = `pina_${fake.refreshes.count}`
      fake.tokens.add(token)
      return { body: { access_token: token, token_type: 'bearer', expires_in: 2_592_000 } }
    }
    const token = call.headers.authorization?.replace('Bearer ', '') ?? ''
    if (!fake.tokens.has(token)) return { status: 401, body: { code: 2, message: 'Authentication failed.' } }
    used += 1
    if (used > fake.callsPerDay) {
      callsBeyondLimit += 1
      return { status: 429, body: { code: 8, message: 'Too many requests.' } }
    }
    if (call.path === '/search/partner/pins') {
      return fake.hasSearch
        ? foundPage(call.query)
        : { status: 401, body: { code: 3, message: 'Not granted.' } }
    }
    if (call.path === '/pins') return page(call.query)
    const [, , id, edge] = call.path.split('/')
    const pin = fake.pins.find((one) => one.id === id)
    if (!pin) return { status: 404, body: { code: 50, message: 'Pin not found.' } }
    return { body: edge === 'analytics' ? analyticsOf(pin) : shown(pin) }
  }

  function foundPage(query: URLSearchParams): FakeAnswer {
    const from = Number(query.get('bookmark') ?? 0)
    const to = from + Math.min(50, Number(query.get('limit') ?? 10))
    const bookmark = to < fake.found.length ? String(to) : null
    return { body: { items: fake.found.slice(from, to), bookmark } }
  }

  function page(query: URLSearchParams): FakeAnswer {
    const from = Number(query.get('bookmark') ?? 0)
    const to = from + Math.min(fake.pageSize, Number(query.get('page_size') ?? 25))
    const bookmark = fake.isLooping ? '1' : to < fake.pins.length ? String(to) : null
    return { body: { items: fake.pins.slice(from, to).map(shown), bookmark } }
  }

  const api = await startFakeApi(handle)
  const fake: FakePinterest = Object.assign(api, {
    tokens: new Set<string>(),
    refreshes: { count: 0 },
    pins: [],
    pageSize: 250,
    callsPerDay: 1_000,
    callsBeyondLimit: 0,
    isLooping: false,
    hasSearch: true,
    found: [{ id: '77', title: 'Kuzey Air çanta' }],
  })
  Object.defineProperty(fake, 'callsBeyondLimit', { get: () => callsBeyondLimit })
  return fake
}

/** A pin with days of its own is one that the list shows without counters. */
function shown({ id, at, comments, description = 'yeni', days }: FakePinterest['pins'][number]) {
  return {
    id,
    created_at: new Date(at).toISOString().slice(0, 19),
    description,
    is_owner: true,
    pin_metrics: days ? null : { lifetime_metrics: { comment: comments } },
  }
}

function analyticsOf({ at, days = [] }: FakePinterest['pins'][number]) {
  const daily_metrics = days.map(({ status, comments }, index) => ({
    date: new Date(at + index * day).toISOString().slice(0, 10),
    data_status: status,
    metrics: { TOTAL_COMMENTS: comments },
  }))
  return { all: { daily_metrics } }
}
