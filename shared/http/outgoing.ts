import { lookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { Agent, request as send } from 'undici'
import { DependencyError } from '../errors/index.ts'
import { type OutgoingSocket, openSocket, type SocketRequest } from './outgoing-socket.ts'

export interface OutgoingResponse {
  status: number
  headers: Record<string, string>
  /** Body as UTF-8 text. */
  body: string
}

/** An answer whose body never ends, or is not text: its bytes as they come. */
export interface OutgoingStream {
  status: number
  headers: Record<string, string>
  /** Throws DependencyError http_network when the line breaks, http_timeout when nothing came for `silenceMs`. */
  body: AsyncIterable<Uint8Array>
}

export interface OutgoingRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  url: string
  headers?: Record<string, string>
  body?: string | Uint8Array
  /** Until the whole answer is there, ms. */
  timeoutMs?: number
  signal?: AbortSignal
}

/** HTTP to the outside. Any status is a value; faults are DependencyError http_unreachable (nothing was sent),
 * http_network and http_timeout (it may have arrived), http_address_refused. */
export interface Outgoing {
  request(options: OutgoingRequest): Promise<OutgoingResponse>
  /** The same with the body as it comes. `silenceMs`: longest time between two pieces; `timeoutMs` is for the headers. */
  stream(options: OutgoingRequest & { silenceMs: number }): Promise<OutgoingStream>
  /** A WebSocket, with the same refusals; see `openSocket`. */
  socket(options: SocketRequest): Promise<OutgoingSocket>
  close(): Promise<void>
}

export interface OutgoingOptions {
  /** Hosts (`name` or `name:port`) that may resolve to private addresses; everything else must be public. */
  allowHosts?: readonly string[]
  timeoutMs?: number
  maxBodyBytes?: number
}

/**
 * A client that follows no redirect and refuses private, loopback and link-local addresses unless the config names the
 * host. Errors name the host alone: paths and queries may hold secrets.
 */
export function createOutgoing(options: OutgoingOptions = {}): Outgoing {
  const allowed = new Set((options.allowHosts ?? []).map((host) => host.toLowerCase()))
  const maxBodyBytes = options.maxBodyBytes ?? 4 * 1_048_576
  const guarded = new Agent({ connect: { lookup: guardedLookup } })
  const open = new Agent()

  /** Throws for a private address that nobody named. */
  function isNamed(url: URL): boolean {
    const isAllowed = allowed.has(url.hostname.toLowerCase()) || allowed.has(url.host.toLowerCase())
    const literal = url.hostname.replace(/^\[|\]$/g, '')
    if (!isAllowed && isIP(literal) !== 0 && !isPublic(literal)) throw refused(url.host)
    return isAllowed
  }

  return {
    async request(call) {
      const url = parseUrl(call.url)
      const isAllowed = isNamed(url)
      const timeout = AbortSignal.timeout(call.timeoutMs ?? options.timeoutMs ?? 10_000)
      const signal = call.signal ? AbortSignal.any([call.signal, timeout]) : timeout
      try {
        const response = await send(url, {
          method: call.method,
          headers: call.headers ?? {},
          body: call.body ?? null,
          dispatcher: isAllowed ? open : guarded,
          signal,
        })
        return {
          status: response.statusCode,
          headers: flat(response.headers),
          body: await readBody(response.body, maxBodyBytes),
        }
      } catch (err) {
        if (err instanceof DependencyError) throw err
        throw wrap(err, url.host, timeout.aborted)
      }
    },
    async stream(call) {
      const url = parseUrl(call.url)
      const isAllowed = isNamed(url)
      try {
        const response = await send(url, {
          method: call.method,
          headers: call.headers ?? {},
          body: call.body ?? null,
          dispatcher: isAllowed ? open : guarded,
          headersTimeout: call.timeoutMs ?? options.timeoutMs ?? 10_000,
          bodyTimeout: call.silenceMs,
          ...(call.signal ? { signal: call.signal } : {}),
        })
        const { statusCode: status, body } = response
        return { status, headers: flat(response.headers), body: wrapped(body, url.host, call.signal) }
      } catch (err) {
        throw err instanceof DependencyError ? err : wrap(err, url.host, isTimeout(err))
      }
    },
    async socket(call) {
      const url = parseUrl(call.url.replace(/^ws/, 'http'))
      const lookupOf = isNamed(url) ? undefined : guardedLookup
      return openSocket(call, {
        host: url.host,
        lookup: lookupOf,
        wrap: (err) => (err instanceof DependencyError ? err : wrap(err, url.host, isTimeout(err))),
      })
    },
    async close() {
      await Promise.all([guarded.close(), open.close()])
    },
  }
}

/** True for addresses that belong to the public internet (RFC 6890 and IPv4 inside IPv6 included). */
export function isPublic(address: string): boolean {
  return ipaddr.process(address).range() === 'unicast'
}

const guardedLookup: LookupFunction = (hostname, lookupOptions, callback) => {
  lookup(hostname, { ...lookupOptions, all: true }, (err, addresses) => {
    if (err) return callback(err, '', 4)
    const bad = addresses.find((entry) => !isPublic(entry.address))
    const first = addresses[0]
    if (bad || !first) return callback(refused(hostname), '', 4)
    if (lookupOptions.all) return callback(null, addresses)
    return callback(null, first.address, first.family)
  })
}

function refused(host: string): DependencyError {
  return new DependencyError(
    'http_address_refused',
    `${host} is a private address; name the host under outgoing.allowHosts if it is meant`,
    { retryable: false },
  )
}

function parseUrl(text: string): URL {
  if (URL.canParse(text)) {
    const url = new URL(text)
    if (url.protocol === 'https:' || url.protocol === 'http:') return url
  }
  throw new DependencyError('http_network', 'not an http or https URL', { retryable: false })
}

/** Nothing was sent: no name, no route, nobody listening. */
const neverConnected = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

function wrap(err: unknown, host: string, timedOut: boolean): DependencyError {
  const cause = err instanceof Error && err.cause instanceof DependencyError ? err.cause : undefined
  if (cause) return cause
  if (timedOut)
    return new DependencyError('http_timeout', `${host} did not answer in time`, { retryable: true })
  const code = err instanceof Error && 'code' in err ? String(err.code) : 'unknown'
  return neverConnected.has(code)
    ? new DependencyError('http_unreachable', `${host} could not be reached (${code})`, { retryable: true })
    : new DependencyError('http_network', `the connection to ${host} broke (${code})`, { retryable: true })
}

/** Silence, or an answer that did not begin. */
function isTimeout(err: unknown): boolean {
  return (
    err instanceof Error &&
    (/timed out/.test(err.message) || /TIMEOUT$/.test('code' in err ? String(err.code) : ''))
  )
}

async function* wrapped(
  body: AsyncIterable<Uint8Array>,
  host: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (err) {
    if (!signal?.aborted) throw wrap(err, host, isTimeout(err))
  }
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const result: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value
  }
  return result
}

async function readBody(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of body) {
    size += part.length
    if (size > maxBytes) {
      throw new DependencyError('http_network', `the answer is larger than ${maxBytes} bytes`, {
        retryable: false,
      })
    }
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}
