import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A post as X shows it with all fields asked for. */
export type FakePost = Record<string, unknown> & { id: string; created_at: string }

export interface FakeXOptions {
  token: string
  consumerSecret: string
  /** X's clock, ms. */
  now(): number
}

/** X that runs here: rules, the filtered stream, recent search, usage, tokens, and pushing to a webhook. */
export interface FakeX {
  readonly baseUrl: string
  /** Everything that was posted, oldest first; the search finds what is older than half a minute. */
  readonly posts: FakePost[]
  /** Tokens that work. */
  readonly tokens: Set<string>
  readonly rules: { id: string; value: string; tag?: string }[]
  /** Paths called so far. */
  readonly calls: readonly string[]
  /** Lines open now. */
  readonly open: number
  /** Posts and authors handed out, each paid for. */
  readonly paid: number
  /** Searches left in this quarter of an hour. */
  searchesLeft: number
  /** Searches and connections that came when none were left. */
  readonly callsBeyondLimit: number
  /** Posts on a page of the search, whatever is asked for. */
  pageSize: number
  /** A blank line is sent this often, ms of the machine; 0: never. */
  keepAliveMs: number
  /** The next calls of a path are answered so, one each. */
  refuseNext(path: 'search' | 'stream', ...hows: Refusal[]): void
  /** Adds a post and sends it down the open lines. */
  post(post: FakePost): void
  /** Sends bytes down the open lines as they are. */
  write(bytes: string | Uint8Array): void
  /** Ends the open lines: as a server does, or as a broken cable. */
  end(how?: 'close' | 'reset'): void
  /** Sends an event to a webhook, signed; the status. */
  deliver(url: string, body: unknown, secret?: string): Promise<number>
  close(): Promise<void>
}

export type Refusal = 'html' | 'redirect' | 'reset' | 400 | 401 | 402 | 429 | 500 | 503

/** `x-twitter-webhooks-signature` over the bytes. */
export function xSignature(body: string | Uint8Array, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('base64')}`
}

const searchSeesAfterMs = 30_000
const searchesInAll = 450

/** Starts a fake on a free port of this machine. */
export async function startFakeX(options: FakeXOptions): Promise<FakeX> {
  const refusals = { search: [] as Refusal[], stream: [] as Refusal[] }
  const calls: string[] = []
  const lines = new Set<ServerResponse>()
  let paid = 0
  let callsBeyondLimit = 0
  let ruleNumber = 0
  const paidToday = new Set<string>()
  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  async function handle(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? '/', fake.baseUrl)
    const path = url.pathname
    calls.push(`${request.method} ${path}`)
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString('utf8')
    if (path === '/2/oauth2/token') return grant(new URLSearchParams(body), response)
    if (!fake.tokens.has(request.headers.authorization?.replace(/^Bearer /, '') ?? ''))
      return send(response, { title: 'Unauthorized', status: 401 }, 401)
    if (path === '/2/usage/tweets')
      return send(response, { data: { project_usage: String(paid), project_cap: '2000000' } })
    if (path === '/2/tweets/search/stream/rules') return changeRules(request.method, body, response)
    if (path === '/2/tweets/search/recent') return search(url.searchParams, request, response)
    if (path === '/2/tweets/search/stream') return openLine(request, response)
    send(response, { title: 'Not Found', status: 404 }, 404)
  }

  function changeRules(method: string | undefined, body: string, response: ServerResponse) {
    if (method === 'POST') {
      const change = JSON.parse(body) as {
        add?: { value: string; tag?: string }[]
        delete?: { ids: string[] }
      }
      const gone = new Set(change.delete?.ids)
      fake.rules.splice(0, fake.rules.length, ...fake.rules.filter(({ id }) => !gone.has(id)))
      for (const rule of change.add ?? []) fake.rules.push({ id: String(++ruleNumber), ...rule })
    }
    send(response, { data: fake.rules, meta: {} })
  }

  function search(query: URLSearchParams, request: IncomingMessage, response: ServerResponse) {
    const refusal = refusals.search.shift()
    if (refusal !== undefined) return refuse(refusal, request, response)
    if (fake.searchesLeft <= 0) {
      callsBeyondLimit += 1
      return refuse(429, request, response)
    }
    fake.searchesLeft -= 1
    const from = Date.parse(query.get('start_time') ?? '')
    if (options.now() - from > 7 * 86_400_000) return refuse(400, request, response)
    const found = fake.posts
      .filter(({ created_at: at }) => {
        return Date.parse(at) >= from && Date.parse(at) <= options.now() - searchSeesAfterMs
      })
      .reverse()
    const start = Number(query.get('next_token')?.replace('page-', '') ?? 0)
    if (Number.isNaN(start)) return refuse(400, request, response)
    const page = found.slice(start, start + fake.pageSize)
    const end = start + fake.pageSize
    for (const { id } of page) pay(id)
    send(response, {
      ...(page.length > 0 ? { data: page } : {}),
      meta: {
        result_count: page.length,
        ...(page[0] ? { newest_id: page[0].id } : {}),
        ...(end < found.length ? { next_token: `page-${end}` } : {}),
      },
    })
  }

  function openLine(request: IncomingMessage, response: ServerResponse) {
    const refusal = refusals.stream.shift()
    if (refusal !== undefined) return refuse(refusal, request, response)
    // One line is allowed; a second is turned away while the first is open.
    if (lines.size > 0) {
      callsBeyondLimit += 1
      return refuse(429, request, response)
    }
    response.writeHead(200, { 'content-type': 'application/json' })
    response.write('\r\n')
    lines.add(response)
    response.on('close', () => lines.delete(response))
  }

  function pay(id: string) {
    if (paidToday.has(id)) return
    paidToday.add(id)
    paid += 1
  }

  function refuse(how: Refusal, request: IncomingMessage, response: ServerResponse) {
    if (how === 'reset') request.socket.destroy()
    else if (how === 'html')
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sorry</html>')
    else if (how === 'redirect') response.writeHead(302, { location: 'https://elsewhere.example/' }).end()
    else send(response, { title: 'refused', status: how }, how)
  }

  function grant(form: URLSearchParams, response: ServerResponse) {
    const [, number = '0'] = /^refresh-(\d+)$/.exec(form.get('refresh_token') ?? '') ?? []
    const token = `access-${Number(number) + 1}`
    fake.tokens.add(token)
    send(response, {
      access_token: token,
      refresh_token: `refresh-${Number(number) + 1}`,
      expires_in: 7_200,
      token_type: 'bearer',
    })
  }

  function send(response: ServerResponse, body: unknown, status = 200) {
    response.writeHead(status, {
      'content-type': 'application/json',
      'x-rate-limit-limit': String(searchesInAll),
      'x-rate-limit-remaining': String(Math.max(0, fake.searchesLeft)),
      'x-rate-limit-reset': String(Math.ceil(options.now() / 1_000) + 900),
    })
    response.end(JSON.stringify(body))
  }

  const fake: FakeX = {
    baseUrl: `http://127.0.0.1:${port}`,
    posts: [],
    tokens: new Set([options.token]),
    rules: [],
    calls,
    get open() {
      return lines.size
    },
    get paid() {
      return paid
    },
    searchesLeft: searchesInAll,
    get callsBeyondLimit() {
      return callsBeyondLimit
    },
    pageSize: 100,
    keepAliveMs: 5,
    refuseNext: (path, ...hows) => void refusals[path].push(...hows),
    post(post) {
      fake.posts.push(post)
      if (lines.size > 0) pay(post.id)
      const rules = fake.rules.map(({ id, tag }) => ({ id, ...(tag ? { tag } : {}) }))
      fake.write(`${JSON.stringify({ data: post, matching_rules: rules })}\r\n`)
    },
    write(bytes) {
      for (const line of lines) line.write(bytes)
    },
    end(how = 'close') {
      for (const line of lines) {
        if (how === 'close') line.end()
        else line.socket?.destroy()
      }
    },
    async deliver(url, body, secret = options.consumerSecret) {
      const text = JSON.stringify(body)
      const headers = {
        'content-type': 'application/json',
        'x-twitter-webhooks-signature': xSignature(text, secret),
      }
      const response = await fetch(url, { method: 'POST', headers, body: text })
      await response.arrayBuffer()
      return response.status
    },
    async close() {
      clearInterval(keepAlive)
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  let sentAt = Date.now()
  const keepAlive = setInterval(() => {
    if (fake.keepAliveMs === 0 || Date.now() - sentAt < fake.keepAliveMs) return
    sentAt = Date.now()
    fake.write('\r\n')
  }, 5)
  return fake
}
