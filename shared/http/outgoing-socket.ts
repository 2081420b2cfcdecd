import type { LookupFunction } from 'node:net'
import { WebSocket } from 'ws'
import { DependencyError } from '../errors/index.ts'

export interface SocketRequest {
  /** ws or wss. */
  url: string
  protocols?: readonly string[]
  headers?: Record<string, string>
  /** The line is given up when nothing came for so long, ms; the other side is asked for a sign of life before. */
  silenceMs: number
  /** Largest message taken, bytes. Default 1 MiB. */
  maxMessageBytes?: number
  signal?: AbortSignal
}

/** An open WebSocket. */
export interface OutgoingSocket {
  /**
   * Texts in the order they came, held back while nobody takes them. Ends when the signal aborts or `close` is called;
   * throws DependencyError http_network when the line breaks or the other side ends it, http_timeout when it fell silent.
   */
  messages: AsyncIterable<string>
  send(text: string): void
  close(): void
}

/** The cause of a DependencyError http_status: what came in place of a socket. */
export class SocketRefused extends Error {
  override readonly name: string = 'SocketRefused'
  readonly status: number

  constructor(status: number) {
    super(`status ${status}`)
    this.status = status
  }
}

export interface SocketGuard {
  host: string
  /** Refuses private addresses; undefined: the config names the host. */
  lookup: LookupFunction | undefined
  wrap(err: unknown): DependencyError
}

/** Messages that may wait before the line is paused. */
const mostWaiting = 1_000

/**
 * Opens a WebSocket; follows no redirect. Throws DependencyError http_status with the status when the other side answers
 * with something else than a socket. Half-open lines are found by pings, since such a line tells nothing by itself.
 */
export function openSocket(request: SocketRequest, guard: SocketGuard): Promise<OutgoingSocket> {
  const socket = new WebSocket(request.url, [...(request.protocols ?? [])], {
    headers: request.headers ?? {},
    maxPayload: request.maxMessageBytes ?? 1_048_576,
    perMessageDeflate: false,
    followRedirects: false,
    handshakeTimeout: request.silenceMs,
    ...(guard.lookup ? { lookup: guard.lookup } : {}),
  })
  const waiting: string[] = []
  let end: { err?: DependencyError } | undefined
  let wake: (() => void) | undefined
  const finish = (err?: DependencyError) => {
    end ??= err ? { err } : {}
    clearInterval(timer)
    request.signal?.removeEventListener('abort', close)
    wake?.()
  }
  const close = () => {
    finish()
    socket.terminate()
  }
  let isAlive = true
  const timer = setInterval(() => {
    // While we hold the line back, answers to pings stand unread.
    if (!isAlive && !socket.isPaused) {
      finish(new DependencyError('http_timeout', `${guard.host} fell silent`, { retryable: true }))
      socket.terminate()
      return
    }
    isAlive = socket.isPaused
    if (socket.readyState === WebSocket.OPEN) socket.ping()
  }, request.silenceMs / 2)
  const alive = () => {
    isAlive = true
  }
  socket.on('ping', alive).on('pong', alive)
  socket.on('message', (data, isBinary) => {
    alive()
    if (isBinary) return
    waiting.push(String(data))
    if (waiting.length >= mostWaiting) socket.pause()
    wake?.()
  })
  socket.on('close', (code) =>
    finish(
      new DependencyError('http_network', `${guard.host} ended the line (${code})`, { retryable: true }),
    ),
  )
  request.signal?.addEventListener('abort', close, { once: true })
  if (request.signal?.aborted) close()

  async function* messages(): AsyncGenerator<string> {
    while (true) {
      const next = waiting.shift()
      if (next !== undefined) {
        if (waiting.length === 0 && socket.isPaused) socket.resume()
        yield next
      } else if (end) {
        if (end.err && !request.signal?.aborted) throw end.err
        return
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    }
  }

  return new Promise((resolve, reject) => {
    socket.once('open', () => {
      alive()
      resolve({ messages: messages(), send: (text) => socket.send(text), close })
    })
    socket.once('unexpected-response', (_request, response) => {
      const message = `${guard.host} answered with ${response.statusCode} in place of a socket`
      const cause = new SocketRefused(response.statusCode ?? 0)
      const err = new DependencyError('http_status', message, { retryable: true, cause })
      finish(err)
      reject(err)
      response.destroy()
      socket.terminate()
    })
    socket.on('error', (err) => {
      const wrapped = guard.wrap(err)
      finish(wrapped)
      reject(wrapped)
    })
  })
}
