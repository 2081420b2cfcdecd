import { type FakeAnswer, type FakeApi, type FakeCall, startFakeApi } from './api-server.ts'

/** A Snapchat Public Profile API that runs here: profiles, Spotlights page by page, tokens that last an hour. */
export interface FakeSnapchat extends FakeApi {
  readonly tokens: Set<string>
  readonly refreshes: { count: number }
  /** By profile, newest first. */
  readonly spotlights: Map<string, { id: string; at: number; caption: string }[]>
  followers: string
}

export async function startFakeSnapchat(refreshToken: string): Promise<FakeSnapchat> {
  function handle(call: FakeCall): FakeAnswer {
    if (call.path === '/token') return renew(call)
    const token = call.headers.authorization?.replace('Bearer ', '') ?? ''
    if (!fake.tokens.has(token)) return { status: 401, body: { request_status: 'ERROR' } }
    const [, id = '', list] = /\/v1\/public_profiles\/([^/]+)(\/spotlights)?$/.exec(call.path) ?? []
    if (list) return page(id, call.query)
    const public_profile = { id, subscriber_count: fake.followers }
    return ok({ public_profiles: [{ sub_request_status: 'SUCCESS', public_profile }] })
  }

  function renew({ body }: FakeCall): FakeAnswer {
    if (new URLSearchParams(body).get('refresh_token') !== refreshToken)
      return { status: 400, body: { error: 'invalid_grant' } }
    fake.refreshes.count += 1
    const token = `snap-${fake.refreshes.count}`
    fake.tokens.clear()
    fake.tokens.add(token)
    return { body: { access_token: token, expires_in: 3_600, refresh_token: refreshToken } }
  }

  function page(id: string, query: URLSearchParams): FakeAnswer {
    const all = fake.spotlights.get(id) ?? []
    const from = Number(query.get('cursor') ?? 0)
    const to = from + Math.min(10, Number(query.get('limit') ?? 10))
    const spotlights = all.slice(from, to).map(({ id: spotlightId, at, caption }) => ({
      sub_request_status: 'SUCCESS',
      spotlight: {
        id: spotlightId,
        profile_id: id,
        created_at: new Date(at).toISOString(),
        status: 'LIVE',
        caption,
      },
    }))
    const next = `https://businessapi.example/v1/x?limit=10&cursor=${to}`
    return ok({ spotlights, paging: to < all.length ? { next_link: next } : {} })
  }

  const api = await startFakeApi(handle)
  const fake: FakeSnapchat = Object.assign(api, {
    tokens: new Set<string>(),
    refreshes: { count: 0 },
    spotlights: new Map(),
    followers: '1200',
  })
  return fake
}

function ok(fields: Record<string, unknown>): FakeAnswer {
  return { body: { request_status: 'SUCCESS', request_id: 'r', ...fields } }
}
