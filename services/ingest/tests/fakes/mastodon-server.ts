import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'

export type FakeStatus = Record<string, unknown> & { id: string }

/** One Mastodon instance: hashtag and public timelines, notifications, the multiplexed stream, 300 calls in 5 minutes. */
export interface FakeMastodon {
  readonly baseUrl: string
  /** Tokens that work. */
  readonly tokens: Set<string>
  /** Listings by name, the newest first: `tag/kuzeyair`, `public`, `notifications`. */
  readonly lists: Map<string, FakeStatus[]>
  /** Paths with queries so far. */
  readonly calls: readonly string[]
  /** Calls that came after the limit was used up: a client that obeys makes none. */
  readonly callsBeyondLimit: number
  limit: number
  /** Starts a new period of five minutes that ends at this time, ms. */
  renew(resetAt: number): void
  /** The next calls are answered so. */
  refuseNext(...statuses: (number | 'html')[]): void
  /** What lines subscribed to so far: `hashtag kuzeyair`. */
  readonly subscribed: readonly string[]
  readonly listeners: number
  /** Sends an event to all that subscribed; objects become JSON inside the JSON. */
  send(stream: readonly string[], event: string, payload?: unknown): void
  /** Breaks all lines. */
  cut(): void
  close(): Promise<void>
}

/** Starts a fake on a free port of this machine. */
export async function startFakeMastodon(token: string): Promise<FakeMastodon> {
  const tokens = new Set([token])
  const lists = new Map<string, FakeStatus[]>()
  const calls: string[] = []
  const refusals: (number | 'html')[] = []
  const subscribed: string[] = []
  const lines = new Map<WebSocket, Set<string>>()
  let used = 0
  let resetAt = Date.now() + 300_000
  let callsBeyondLimit = 0
  const sockets = new WebSocketServer({ noServer: true })
  const server = createServer((request, response) => answer(request, response))
  server.on('upgrade', upgrade)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  function isKnown(request: IncomingMessage): boolean {
    return tokens.has((request.headers.authorization ?? '').replace('Bearer ', ''))
  }

  function answer(request: IncomingMessage, response: ServerResponse): void {
    calls.push(request.url ?? '')
    used += 1
    if (used > fake.limit) callsBeyondLimit += 1
    const headers = {
      'content-type': 'application/json',
      'x-ratelimit-limit': String(fake.limit),
      'x-ratelimit-remaining': String(Math.max(0, fake.limit - used)),
      'x-ratelimit-reset': new Date(resetAt).toISOString(),
    }
    const send = (status: number, body: unknown) =>
      void response.writeHead(status, headers).end(JSON.stringify(body))
    const refusal = refusals.shift()
    if (refusal === 'html') response.writeHead(200, { 'content-type': 'text/html' }).end('<p>maintenance')
    else if (refusal !== undefined) send(refusal, { error: 'no' })
    else if (used > fake.limit) send(429, { error: 'Too many requests' })
    else serve(new URL(request.url ?? '', 'http://x'), isKnown(request), send)
  }

  function serve(
    { pathname, searchParams: query }: URL,
    isIn: boolean,
    send: (status: number, body: unknown) => void,
  ): void {
    if (pathname === '/api/v2/instance') {
      send(200, { configuration: { urls: { streaming: `ws://127.0.0.1:${port}` } } })
      return
    }
    if (!isIn) {
      send(401, { error: 'The access token was revoked' })
      return
    }
    if (pathname === '/api/v1/accounts/verify_credentials') {
      send(200, { id: '1', acct: 'nabiz' })
      return
    }
    const name = decodeURIComponent(pathname.replace(/^\/api\/v1\/(timelines\/)?/, ''))
    const all = lists.get(name) ?? []
    const before = query.get('max_id')
    const older = before === null ? all : all.filter(({ id }) => BigInt(id) < BigInt(before))
    send(200, older.slice(0, Number(query.get('limit') ?? 20)))
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // One that is refused has nobody else who listens; its client may be killed meanwhile.
    socket.on('error', () => socket.destroy())
    if (!isKnown(request)) {
      socket.end('HTTP/1.1 401 no\r\ncontent-length: 0\r\nconnection: close\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, (line) => {
      lines.set(line, new Set())
      line.on('close', () => lines.delete(line))
      line.on('message', (data) => {
        const { type, stream, tag } = JSON.parse(String(data))
        if (type !== 'subscribe') return
        const name = tag === undefined ? stream : `${stream} ${String(tag).toLowerCase()}`
        lines.get(line)?.add(name)
        subscribed.push(name)
      })
    })
  }

  const fake: FakeMastodon = {
    baseUrl: `http://127.0.0.1:${port}`,
    tokens,
    lists,
    calls,
    get callsBeyondLimit() {
      return callsBeyondLimit
    },
    limit: 300,
    renew(at) {
      used = 0
      resetAt = at
    },
    refuseNext: (...statuses) => void refusals.push(...statuses),
    subscribed,
    get listeners() {
      return lines.size
    },
    send(stream, event, payload) {
      const body = typeof payload === 'object' ? JSON.stringify(payload) : payload
      const frame = JSON.stringify({ stream, event, ...(body === undefined ? {} : { payload: body }) })
      for (const [line, names] of lines) if (names.has(stream.join(' ').toLowerCase())) line.send(frame)
    },
    cut() {
      for (const line of lines.keys()) line.terminate()
    },
    async close() {
      for (const line of sockets.clients) line.terminate()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return fake
}
