import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request as the receiver got it. */
export interface Received {
  method: string
  path: string
  headers: Record<string, string>
  body: string
}

/** What a receiver answers. */
export interface Answer {
  status: number
  headers?: Record<string, string>
  body?: string
}

/** Trouble on order: an answer in place of the usual one, no answer at all, a connection cut. */
export type Trouble = Answer | 'hang' | 'cut'

/** A receiver on this machine that judges what it gets by its protocol's rules. */
export interface FakeServer {
  /** `http://127.0.0.1:port`, without a slash. */
  origin: string
  /** Everything that arrived, troubled requests included. */
  requests: Received[]
  /** The next requests meet these, one each; after them the usual answer. */
  trouble(...next: Trouble[]): void
  close(): Promise<void>
}

/** Starts a receiver on a free port; `judge` is its protocol. */
export async function startFakeServer(judge: (request: Received) => Answer): Promise<FakeServer> {
  const requests: Received[] = []
  const troubles: Trouble[] = []
  const server: Server = createServer((incoming, outgoing) => {
    void readRequest(incoming).then((request) => {
      requests.push(request)
      const next = troubles.shift()
      if (next === 'hang') return
      if (next === 'cut') return void incoming.socket.destroy()
      reply(outgoing, next ?? judge(request))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    trouble: (...next) => void troubles.push(...next),
    close() {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** JSON with a status. */
export function jsonAnswer(status: number, value: unknown): Answer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) }
}

async function readRequest(incoming: IncomingMessage): Promise<Received> {
  const parts: Buffer[] = []
  for await (const part of incoming) parts.push(part as Buffer)
  return {
    method: incoming.method ?? '',
    path: incoming.url ?? '',
    headers: Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [name, String(value ?? '')]),
    ),
    body: Buffer.concat(parts).toString('utf8'),
  }
}

function reply(outgoing: ServerResponse, answer: Answer): void {
  outgoing.writeHead(answer.status, answer.headers ?? {}).end(answer.body ?? '')
}
