import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A node as the Graph API shows it; lists are newest first. */
export type FakeNode = Record<string, unknown> & { id: string }

export interface FakeGraphOptions {
  appId: string
  appSecret: string
  token: string
}

/** Meta that runs here: the Graph API's listings, tokens, limits and errors, and pushing to a webhook. */
export interface FakeGraph {
  readonly baseUrl: string
  /** Listings by path: `1001/published_posts`, `1001_5/comments`; nodes by id: `17841`. */
  readonly lists: Map<string, FakeNode[]>
  readonly nodes: Map<string, (query: URLSearchParams) => unknown>
  /** Paths called so far, without the version. */
  readonly calls: readonly string[]
  /** Per cent of the allowance in use; each call costs `percentPerCall`. */
  usage: number
  percentPerCall: number
  /** Calls that came while usage stood at 100 or more: a client that obeys makes none. */
  readonly callsBeyondLimit: number
  /** Tokens that work. */
  readonly tokens: Set<string>
  scopes: string[]
  subscribedFields: string[]
  /** Unix s; 0: never. */
  tokenExpiresAt: number
  readonly exchanges: number
  /** The next calls are answered so, one each. */
  refuseNext(...hows: Refusal[]): void
  /** Cursors handed out so far are no longer valid. */
  forgetCursors(): void
  /** Sends a body as Meta does: escaped, signed, again until it is 200 or `tries` are over; the statuses. */
  deliver(url: string, body: unknown, options?: { tries?: number; secret?: string }): Promise<number[]>
  close(): Promise<void>
}

export type Refusal =
  | 'html'
  | 'redirect'
  | 'reset'
  /** No answer, ever. */
  | 'silence'
  | 500
  | { code: number; subcode?: number; status?: number }

/** JSON as Meta writes it: everything that is not ASCII as \uXXXX with small letters. */
export function escapedJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** `X-Hub-Signature-256` over the bytes. */
export function metaSignature(body: string | Uint8Array, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
}

/** Starts a fake on a free port of this machine. */
export async function startFakeGraph(options: FakeGraphOptions): Promise<FakeGraph> {
  const refusals: Refusal[] = []
  const calls: string[] = []
  let generation = 0
  let callsBeyondLimit = 0
  let exchanges = 0
  const server = createServer((request, response) => handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  function handle(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? '/', fake.baseUrl)
    const path = url.pathname.replace(/^\/(v\d+\.\d+\/)?/, '')
    calls.push(path)
    const refusal = refusals.shift()
    if (refusal !== undefined) return refuse(refusal, request, response)
    if (path === 'debug_token') return debugToken(url.searchParams, response)
    if (path === 'oauth/access_token' || path === 'refresh_access_token')
      return exchange(url.searchParams, response)
    const token = request.headers.authorization?.replace(/^Bearer /, '') ?? ''
    const proof = createHmac('sha256', options.appSecret).update(token).digest('hex')
    if (!fake.tokens.has(token)) return fail(response, 190, 463, 401)
    if (url.searchParams.get('appsecret_proof') !== proof) return fail(response, 100)
    if (fake.usage >= 100) {
      callsBeyondLimit += 1
      return fail(response, 80_001, undefined, 400)
    }
    fake.usage += fake.percentPerCall
    if (path.endsWith('/subscribed_apps')) {
      return send(response, { data: [{ id: options.appId, subscribed_fields: fake.subscribedFields }] })
    }
    const list = fake.lists.get(path)
    if (list) return sendPage(list, url.searchParams, response)
    const node = fake.nodes.get(path)
    if (node) return send(response, node(url.searchParams))
    fail(response, 100, 33, 400)
  }

  function sendPage(list: readonly FakeNode[], query: URLSearchParams, response: ServerResponse) {
    const [made, at] = Buffer.from(query.get('after') ?? '', 'base64url')
      .toString('utf8')
      .split('/')
    if (query.has('after') && Number(made) !== generation) return fail(response, 100)
    const from = Number(at ?? 0)
    const to = from + Number(query.get('limit') ?? 25)
    const after = Buffer.from(`${generation}/${to}`).toString('base64url')
    const paging = {
      cursors: { before: 'b', after },
      ...(to < list.length ? { next: 'https://graph.example/next' } : {}),
    }
    send(response, { data: list.slice(from, to), ...(list.length > 0 ? { paging } : {}) })
  }

  function debugToken(query: URLSearchParams, response: ServerResponse) {
    if (query.get('access_token') !== `${options.appId}|${options.appSecret}`)
      return fail(response, 190, undefined, 400)
    const isValid = fake.tokens.has(query.get('input_token') ?? '')
    send(response, {
      data: {
        app_id: options.appId,
        is_valid: isValid,
        expires_at: fake.tokenExpiresAt,
        scopes: fake.scopes,
      },
    })
  }

  function exchange(query: URLSearchParams, response: ServerResponse) {
    const old = query.get('fb_exchange_token') ?? query.get('access_token') ?? ''
    if (!fake.tokens.has(old)) return fail(response, 190, 463, 400)
    exchanges += 1
    const token = `${options.token}-${exchanges}`
    fake.tokens.add(token)
    send(response, { access_token: token, token_type: 'bearer', expires_in: 60 * 86_400 })
  }

  function send(response: ServerResponse, value: unknown) {
    const share = Math.min(100, fake.usage)
    const regain = fake.usage >= 100 ? 7 : 0
    const one = {
      type: 'pages',
      call_count: share,
      total_cputime: 1,
      total_time: 1,
      estimated_time_to_regain_access: regain,
    }
    response.writeHead(200, {
      'content-type': 'application/json',
      'x-business-use-case-usage': JSON.stringify({ '1001': [one] }),
    })
    response.end(escapedJson(value))
  }

  function fail(response: ServerResponse, code: number, subcode?: number, status = 400) {
    response.writeHead(status, { 'content-type': 'application/json' })
    const error = {
      message: `fake ${code}`,
      type: 'OAuthException',
      code,
      error_subcode: subcode,
      fbtrace_id: 'A',
    }
    response.end(JSON.stringify({ error }))
  }

  function refuse(how: Refusal, request: IncomingMessage, response: ServerResponse) {
    if (how === 'silence') return
    if (how === 'reset') request.socket.destroy()
    else if (how === 'html')
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sorry</html>')
    else if (how === 'redirect') response.writeHead(302, { location: 'https://elsewhere.example/' }).end()
    else if (how === 500) fail(response, 2, undefined, 500)
    else fail(response, how.code, how.subcode, how.status)
  }

  const fake: FakeGraph = {
    baseUrl: `http://127.0.0.1:${port}`,
    lists: new Map(),
    nodes: new Map(),
    calls,
    usage: 0,
    percentPerCall: 0,
    get callsBeyondLimit() {
      return callsBeyondLimit
    },
    tokens: new Set([options.token]),
    scopes: [],
    subscribedFields: [],
    tokenExpiresAt: 0,
    get exchanges() {
      return exchanges
    },
    refuseNext: (...hows) => void refusals.push(...hows),
    forgetCursors() {
      generation += 1
    },
    async deliver(url, body, { tries = 1, secret = options.appSecret } = {}) {
      const text = escapedJson(body)
      const statuses: number[] = []
      while (statuses.length < tries && statuses.at(-1) !== 200) {
        const response = await fetch(url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-hub-signature-256': metaSignature(text, secret) },
          body: text,
        })
        await response.arrayBuffer()
        statuses.push(response.status)
      }
      return statuses
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return fake
}
