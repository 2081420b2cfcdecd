import { type FakeAnswer, type FakeApi, type FakeCall, startFakeApi } from './api-server.ts'

/** A Pinterest API that runs here: own pins, the partner search, tokens. */
export interface FakePinterest extends FakeApi {
  readonly tokens: Set<string>
  readonly refreshes: { count: number }
  /** Newest first. */
  pins: { id: string; at: number; comments: number }[]
  pageSize: number
  /** Every page names the same next one. */
  isLooping: boolean
  hasSearch: boolean
}

export async function startFakePinterest(refreshToken: string): Promise<FakePinterest> {
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
    if (call.path === '/search/partner/pins') {
      return fake.hasSearch
        ? { body: { items: [{ id: '77', title: 'Kuzey Air çanta' }], bookmark: null } }
        : { status: 401, body: { code: 3, message: 'Not granted.' } }
    }
    if (call.path === '/pins') return page(call.query)
    const [, , id] = call.path.split('/')
    const pin = fake.pins.find((one) => one.id === id)
    return pin ? { body: shown(pin) } : { status: 404, body: { code: 50, message: 'Pin not found.' } }
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
    isLooping: false,
    hasSearch: true,
  })
  return fake
}

function shown({ id, at, comments }: FakePinterest['pins'][number]) {
  return {
    id,
    created_at: new Date(at).toISOString().slice(0, 19),
    description: 'yeni',
    is_owner: true,
    pin_metrics: { lifetime_metrics: { comment: comments } },
  }
}
