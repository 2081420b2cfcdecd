import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A comment or a post as Reddit shows it, without `raw_json` escaped by the fake. */
export interface FakeThing {
  kind: 't1' | 't3'
  data: Record<string, unknown> & { name: string; created_utc: number }
}

export interface FakeRedditOptions {
  clientId: string
  clientSecret: string
  userAgent: string
  /** Reddit's clock, ms. */
  now(): number
}

/** Reddit that runs here: listings of a thousand things, /api/info, tokens that end, a window of ten minutes. */
export interface FakeReddit {
  readonly baseUrl: string
  readonly tokenUrl: string
  /** Listings by path, newest first: `r/x/new`, `r/x/comments`, `search`. */
  readonly lists: Map<string, FakeThing[]>
  /** What /r/NAME/about answers, by name. */
  readonly about: Map<string, unknown>
  /** Paths called so far, without those for tokens. */
  readonly calls: readonly string[]
  /** Queries that held `before`; a thing that was deleted makes such a listing empty for ever. */
  readonly befores: number
  readonly tokensGiven: number
  /** Calls left in this window, and when it ends, ms. */
  left: number
  resetAt: number
  readonly callsBeyondLimit: number
  /** Tokens given so far no longer work. */
  revokeTokens(): void
  /** False: the client id and secret are refused. */
  isClientKnown: boolean
  refuseNext(...hows: Refusal[]): void
  close(): Promise<void>
}

export type Refusal = 'html' | 'html 403' | 'redirect' | 'reset' | 400 | 401 | 429 | 500 | 503

const reachable = 1_000

/** Starts a fake on a free port of this machine. */
export async function startFakeReddit(options: FakeRedditOptions): Promise<FakeReddit> {
  const refusals: Refusal[] = []
  const calls: string[] = []
  const tokens = new Map<string, number>()
  let [befores, tokensGiven, callsBeyondLimit] = [0, 0, 0]
  const server = createServer((request, response) => handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  function handle(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? '/', fake.baseUrl)
    request.resume()
    // Who does not say who it is gets next to nothing.
    if (request.headers['user-agent'] !== options.userAgent) return send(response, { error: 429 }, 429)
    if (url.pathname === '/api/v1/access_token') return grant(request, response)
    const path = url.pathname.slice(1)
    calls.push(path)
    const refusal = refusals.shift()
    if (refusal !== undefined) return refuse(refusal, request, response)
    const endsAt = tokens.get(request.headers.authorization?.replace(/^Bearer /, '') ?? '') ?? 0
    if (options.now() >= endsAt) return refuse(401, request, response)
    if (options.now() >= fake.resetAt) {
      fake.left = 1_000
      fake.resetAt = options.now() + 600_000
    }
    if (fake.left <= 0) {
      callsBeyondLimit += 1
      return refuse(429, request, response)
    }
    fake.left -= 1
    const { searchParams: query } = url
    if (query.has('before')) befores += 1
    const isRaw = query.get('raw_json') === '1'
    if (path === 'api/info') {
      const names = new Set((query.get('id') ?? '').split(','))
      if (names.size > 100) return refuse(400, request, response)
      const all = new Map([...fake.lists.values()].flat().map((thing) => [thing.data.name, thing]))
      return listing(
        response,
        [...names].flatMap((name) => all.get(name) ?? []),
        isRaw,
        null,
      )
    }
    const about = fake.about.get(/^r\/(.+)\/about$/.exec(path)?.[1] ?? '')
    if (about !== undefined) return send(response, about)
    const list = fake.lists.get(path)
    if (!list) return send(response, { message: 'Forbidden', reason: 'private', error: 403 }, 403)
    const shown = list.slice(0, reachable)
    const after = query.get('after')
    const from = after === null ? 0 : shown.findIndex(({ data }) => data.name === after) + 1
    // A thing that is gone from the listing: what follows it is not found any more.
    if (after !== null && from === 0) return listing(response, [], isRaw, null)
    const page = shown.slice(from, from + Math.min(100, Number(query.get('limit') ?? 25)))
    const isLast = from + page.length >= shown.length
    listing(response, page, isRaw, isLast ? null : (page.at(-1)?.data.name ?? null))
  }

  function listing(
    response: ServerResponse,
    page: readonly FakeThing[],
    isRaw: boolean,
    after: string | null,
  ) {
    const body = { kind: 'Listing', data: { after, before: null, dist: page.length, children: page } }
    const text = JSON.stringify(body)
    response.writeHead(200, { 'content-type': 'application/json', ...rateHeaders() })
    response.end(isRaw ? text : text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'))
  }

  function grant(request: IncomingMessage, response: ServerResponse) {
    const basic = Buffer.from(`${options.clientId}:${options.clientSecret}`).toString('base64')
    if (!fake.isClientKnown || request.headers.authorization !== `Basic ${basic}`)
      return send(response, { message: 'Unauthorized', error: 401 }, 401)
    tokensGiven += 1
    const token = `token-${tokensGiven}`
    tokens.set(token, options.now() + 3_600_000)
    send(response, { access_token: token, token_type: 'bearer', expires_in: 3_600, scope: '*' })
  }

  function refuse(how: Refusal, request: IncomingMessage, response: ServerResponse) {
    if (how === 'reset') request.socket.destroy()
    else if (how === 'html') response.writeHead(200, { 'content-type': 'text/html' }).end('<html>busy</html>')
    else if (how === 'html 403')
      response.writeHead(403, { 'content-type': 'text/html' }).end('<html>whoa there, pardner!</html>')
    else if (how === 'redirect') response.writeHead(302, { location: 'https://elsewhere.example/' }).end()
    else send(response, { message: 'refused', error: how }, how)
  }

  function rateHeaders() {
    return {
      'x-ratelimit-used': String(1_000 - fake.left),
      'x-ratelimit-remaining': fake.left.toFixed(1),
      'x-ratelimit-reset': String(Math.max(0, Math.ceil((fake.resetAt - options.now()) / 1_000))),
    }
  }

  function send(response: ServerResponse, body: unknown, status = 200) {
    response.writeHead(status, { 'content-type': 'application/json', ...rateHeaders() })
    response.end(JSON.stringify(body))
  }

  const fake: FakeReddit = {
    baseUrl: `http://127.0.0.1:${port}`,
    tokenUrl: `http://127.0.0.1:${port}/api/v1/access_token`,
    lists: new Map(),
    about: new Map(),
    calls,
    get befores() {
      return befores
    },
    get tokensGiven() {
      return tokensGiven
    },
    left: 1_000,
    resetAt: options.now() + 600_000,
    get callsBeyondLimit() {
      return callsBeyondLimit
    },
    revokeTokens: () => tokens.clear(),
    isClientKnown: true,
    refuseNext: (...hows) => void refusals.push(...hows),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return fake
}
