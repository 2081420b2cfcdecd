import { lookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { Agent, request as send } from 'undici'
import { DependencyError } from '../errors/index.ts'

export interface OutgoingResponse {
  status: number
  headers: Record<string, string>
  /** Body as UTF-8 text. */
  body: string
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

  return {
    async request(call) {
      const url = parseUrl(call.url)
      const isAllowed = allowed.has(url.hostname.toLowerCase()) || allowed.has(url.host.toLowerCase())
      const literal = url.hostname.replace(/^\[|\]$/g, '')
      if (!isAllowed && isIP(literal) !== 0 && !isPublic(literal)) throw refused(url.host)
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
