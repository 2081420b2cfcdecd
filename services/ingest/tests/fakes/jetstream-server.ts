import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'

/** An event as the older protocol writes it. */
export type FakeEvent = Record<string, unknown> & { did: string; time_us: number; kind: string }

/** A Jetstream server with both protocols, and the search of an AppView. */
export interface FakeJetstream {
  readonly baseUrl: string
  readonly searchUrl: string
  /** Adds events, numbered from 1 on; whoever listens gets them at once. */
  push(...events: FakeEvent[]): void
  /** Queries with which the stream was opened. */
  readonly opened: readonly URLSearchParams[]
  readonly subprotocols: readonly string[]
  /** Lines that are open now. */
  readonly listeners: number
  /** Events before this number are no longer kept. */
  firstKept: number
  /** Ends every line so: closed with 1006, or by an error frame of the newer protocol. */
  cut(how?: 'reset' | 'ConsumerTooSlow'): void
  /** Lines stay open and say nothing more, not even a pong. */
  freeze(): void
  /** The next attempts are answered with this in place of a socket. */
  refuseNext(...statuses: number[]): void
  /** What searches find, the newest first. */
  found: Record<string, unknown>[]
  readonly searches: readonly URLSearchParams[]
  refuseSearchNext(...statuses: number[]): void
  close(): Promise<void>
}

/** Starts a fake on a free port of this machine. */
export async function startFakeJetstream(): Promise<FakeJetstream> {
  const events: FakeEvent[] = []
  const opened: URLSearchParams[] = []
  const subprotocols: string[] = []
  const refusals: number[] = []
  const searches: URLSearchParams[] = []
  const searchRefusals: number[] = []
  const lines = new Map<WebSocket, { isNew: boolean; socket: Duplex }>()
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => [...offered][0] ?? false,
  })
  const server = createServer((request, response) => search(request, response))
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    upgrade(request, socket, head),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // One that is refused has nobody else who listens; its client may be killed meanwhile.
    socket.on('error', () => socket.destroy())
    const { pathname, searchParams: query } = new URL(request.url ?? '', 'http://x')
    const isNew = pathname.endsWith('/xrpc/network.bsky.jetstream.subscribeEvents')
    const refuse = (status: number) =>
      socket.end(`HTTP/1.1 ${status} no\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`)
    opened.push(query)
    subprotocols.push(String(request.headers['sec-websocket-protocol'] ?? ''))
    const refusal = refusals.shift()
    if (refusal !== undefined) {
      refuse(refusal)
      return
    }
    if (!isNew && !pathname.endsWith('/subscribe')) {
      refuse(404)
      return
    }
    // Each protocol knows its own names of parameters alone.
    if (
      isNew &&
      (query.has('wantedCollections') || request.headers['sec-websocket-protocol'] !== 'xrpc.v1.json')
    ) {
      refuse(400)
      return
    }
    const from = startOf(query.get('cursor'))
    if (isNew && from < fake.firstKept) {
      refuse(400)
      return
    }
    sockets.handleUpgrade(request, socket, head, (line) => {
      lines.set(line, { isNew, socket })
      line.on('close', () => lines.delete(line))
      for (let number = Math.max(from, fake.firstKept); number <= events.length; number += 1)
        send(line, isNew, number)
    })
  }

  /** The number of the first event to send: below 1e15 a cursor is a number, above it µs. Both are inclusive. */
  function startOf(cursor: string | null): number {
    if (cursor === null) return events.length + 1
    const value = Number(cursor)
    if (value < 1e15) return value
    const index = events.findIndex(({ time_us: time }) => time >= value)
    return index < 0 ? events.length + 1 : index + 1
  }

  function send(line: WebSocket, isNew: boolean, number: number): void {
    const event = events[number - 1]
    if (!event) return
    const { kind, time_us: time, did, ...rest } = event
    const inner = rest[kind] as Record<string, unknown> | undefined
    const payload = {
      $type: `network.bsky.jetstream.subscribeEvents#${kind}`,
      seq: number,
      did,
      time: new Date(time / 1_000).toISOString(),
      ...inner,
    }
    line.send(JSON.stringify(isNew ? { $type: 'message', payload } : event))
  }

  function search(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams: query } = new URL(request.url ?? '', 'http://x')
    searches.push(query)
    const status = searchRefusals.shift() ?? (pathname === '/xrpc/app.bsky.feed.searchPosts' ? 200 : 404)
    response.writeHead(status, {
      'content-type': 'application/json',
      'ratelimit-limit': '3000',
      'ratelimit-remaining': '2990',
    })
    const from = Number(query.get('cursor') ?? 0)
    const size = Number(query.get('limit') ?? 25)
    const posts = fake.found.slice(from, from + size)
    const more = from + size < fake.found.length ? { cursor: String(from + size) } : {}
    response.end(JSON.stringify(status === 200 ? { posts, ...more } : { error: 'Refused' }))
  }

  const fake: FakeJetstream = {
    baseUrl: `ws://127.0.0.1:${port}`,
    searchUrl: `http://127.0.0.1:${port}`,
    opened,
    subprotocols,
    get listeners() {
      return lines.size
    },
    firstKept: 1,
    found: [],
    searches,
    push(...more) {
      for (const event of more) {
        events.push(event)
        for (const [line, { isNew }] of lines) send(line, isNew, events.length)
      }
    },
    cut(how = 'reset') {
      for (const line of lines.keys()) {
        if (how !== 'reset') line.send(JSON.stringify({ $type: 'error', error: how, message: 'too slow' }))
        if (how === 'reset') line.terminate()
        else line.close()
      }
    },
    freeze() {
      for (const [line, { socket }] of lines) {
        line.pause()
        lines.delete(line)
        socket.pause()
      }
    },
    refuseNext: (...statuses) => void refusals.push(...statuses),
    refuseSearchNext: (...statuses) => void searchRefusals.push(...statuses),
    async close() {
      for (const line of sockets.clients) line.terminate()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return fake
}
