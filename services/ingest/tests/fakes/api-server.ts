import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A call that a fake was asked. */
export interface FakeCall {
  method: string
  path: string
  query: URLSearchParams
  headers: Readonly<Record<string, string>>
  body: string
}

/** What it answers: JSON, unless it is text. */
export interface FakeAnswer {
  status?: number
  body?: unknown
  headers?: Record<string, string>
}

export type ApiRefusal = 'html' | 'redirect' | 'reset' | FakeAnswer

/** The part that all fakes of polled APIs share: what was called, and calls that go wrong. */
export interface FakeApi {
  readonly baseUrl: string
  readonly calls: readonly FakeCall[]
  /** Paths called so far, in order. */
  paths(): string[]
  /** The next calls are answered so, one each. */
  refuseNext(...hows: ApiRefusal[]): void
  /** Calls that came within a pause that a `retry-after` of a refusal had asked for, by the machine's clock. */
  readonly callsInPause: number
  close(): Promise<void>
}

/** Starts a server on a free port of this machine that answers with what `handle` gives. */
export async function startFakeApi(
  handle: (call: FakeCall) => FakeAnswer | Promise<FakeAnswer>,
): Promise<FakeApi> {
  const calls: FakeCall[] = []
  const refusals: ApiRefusal[] = []
  let pauseEndsAt = 0
  let callsInPause = 0
  const server = createServer((request, response) => {
    void answer(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const baseUrl = `http://127.0.0.1:${port}`

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = await toCall(request, baseUrl)
    calls.push(call)
    if (Date.now() < pauseEndsAt) callsInPause += 1
    const refusal = refusals.shift()
    if (typeof refusal === 'object')
      pauseEndsAt = Date.now() + 1_000 * Number(refusal.headers?.['retry-after'] ?? 0)
    if (refusal === 'reset') request.socket.destroy()
    else if (refusal === 'html') send(response, { body: '<html>Sorry</html>' })
    else if (refusal === 'redirect')
      send(response, { status: 302, body: '', headers: { location: 'https://elsewhere.example/' } })
    else send(response, refusal ?? (await handle(call)))
  }

  return {
    baseUrl,
    calls,
    paths: () => calls.map(({ path }) => path),
    refuseNext: (...hows) => void refusals.push(...hows),
    get callsInPause() {
      return callsInPause
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Shows a list page by page, newest first, as most APIs do: the token of a page says where it begins. */
export function pageOf<T>(
  list: readonly T[],
  token: string | null,
  size: number,
): { items: T[]; next: string | undefined } {
  const from = token ? Number(Buffer.from(token, 'base64url').toString('utf8').slice(5)) : 0
  const to = from + size
  const next = to < list.length ? Buffer.from(`page:${to}`).toString('base64url') : undefined
  return { items: list.slice(from, to), next }
}

async function toCall(request: IncomingMessage, baseUrl: string): Promise<FakeCall> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const url = new URL(request.url ?? '/', baseUrl)
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(request.headers)) headers[name] = String(value)
  const body = Buffer.concat(chunks).toString('utf8')
  return { method: request.method ?? 'GET', path: url.pathname, query: url.searchParams, headers, body }
}

function send(response: ServerResponse, { status = 200, body, headers = {} }: FakeAnswer): void {
  const isText = typeof body === 'string'
  response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers })
  response.end(isText ? body : JSON.stringify(body))
}
