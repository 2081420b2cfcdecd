import { gunzipSync } from 'node:zlib'
import { DependencyError } from '@nabiz/shared/errors'
import type { Outgoing } from '@nabiz/shared/http'
import { type Clock, minute, second } from '@nabiz/shared/time'
import { retryAfterMs } from '../../quotas/rate-headers.ts'
import { rateLimited } from '../shared/api-client.ts'

/** A feed larger than this is refused, bytes. */
const longestFeed = 8 * 1_048_576
const mostRedirects = 5
const wholeAnswerMs = 1 * minute

/** What the last answer said for the next question. */
export interface Validators {
  etag?: string | undefined
  lastModified?: string | undefined
}

export type Fetched =
  | { kind: 'unchanged'; url: string; freshMs: number }
  /** 410: it is gone for good. */
  | { kind: 'gone' }
  | {
      kind: 'feed'
      /** Where it was found; another than asked when all redirects on the way were for good. */
      movedTo?: string
      /** Where it was found in the end. */
      url: string
      body: Uint8Array
      contentType: string | undefined
      validators: Validators
      /** `rel=hub` and `rel=self` of the Link header. */
      hub?: string | undefined
      self?: string | undefined
      /** How long the server says that it stays as it is, ms. */
      freshMs: number
    }

/**
 * Asks for a feed, with the validators of before. Follows redirects, each through the guard against private addresses;
 * nothing secret goes with them. Throws DependencyError: a pause that is asked for, a status, a body that is too large.
 */
export async function fetchFeed(
  address: string,
  validators: Validators,
  { outgoing, clock }: { outgoing: Outgoing; clock: Clock },
  signal: AbortSignal,
): Promise<Fetched> {
  let url = address
  let isForGood = true
  const timeout = AbortSignal.timeout(wholeAnswerMs)
  for (let hop = 0; hop <= mostRedirects; hop += 1) {
    const { status, headers, body } = await outgoing.stream({
      method: 'GET',
      url,
      headers: requestHeaders(validators),
      timeoutMs: 20 * second,
      silenceMs: 20 * second,
      signal: AbortSignal.any([signal, timeout]),
    })
    const bytes = await read(body, status)
    if (timeout.aborted && !signal.aborted) throw fault('http_timeout', 'the feed did not come in time')
    if (status === 304) return { kind: 'unchanged', url, freshMs: freshMs(headers) }
    if (status === 410) return { kind: 'gone' }
    if (status >= 300 && status < 400) {
      const { location = '' } = headers
      if (!URL.canParse(location, url)) throw fault('platform_protocol', 'the feed redirects to no address')
      url = new URL(location, url).href
      isForGood &&= status === 301 || status === 308
      continue
    }
    if (status !== 200) throw refused(status, retryAfterMs(headers, clock.now()))
    return {
      kind: 'feed',
      ...(hop > 0 && isForGood ? { movedTo: url } : {}),
      url,
      body: unpacked(bytes, headers['content-encoding']),
      contentType: headers['content-type'],
      validators: { etag: headers.etag, lastModified: headers['last-modified'] },
      ...linkHeader(headers.link, url),
      freshMs: freshMs(headers),
    }
  }
  throw fault('platform_protocol', `the feed redirects more than ${mostRedirects} times`)
}

function requestHeaders({ etag, lastModified }: Validators): Record<string, string> {
  return {
    accept:
      'application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5',
    'accept-encoding': 'gzip',
    'user-agent': 'nabiz (feed reader)',
    ...(etag === undefined ? {} : { 'if-none-match': etag }),
    ...(lastModified === undefined ? {} : { 'if-modified-since': lastModified }),
  }
}

/** The body of an answer that has one for us; of others it is drained, so that the line can be used again. */
async function read(body: AsyncIterable<Uint8Array>, status: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of body) {
    size += part.length
    if (size > longestFeed) throw tooLarge()
    if (status === 200) parts.push(part)
  }
  return Buffer.concat(parts)
}

function unpacked(bytes: Uint8Array, encoding: string | undefined): Uint8Array {
  if (encoding === undefined || encoding === 'identity') return bytes
  if (encoding !== 'gzip')
    throw fault('platform_protocol', 'the feed is packed in a way that was not asked for')
  try {
    return gunzipSync(bytes, { maxOutputLength: longestFeed })
  } catch (err) {
    throw err instanceof RangeError ? tooLarge() : fault('platform_protocol', 'the feed is packed wrongly')
  }
}

function refused(status: number, askedMs: number | undefined): DependencyError {
  if (status === 429) return rateLimited('the feed', askedMs)
  if (status === 401 || status === 403)
    return new DependencyError('platform_auth', `the feed is closed to us (${status})`, { retryable: false })
  return new DependencyError('http_status', `the feed answered with ${status}`, {
    retryable: status >= 500,
    ...(askedMs === undefined ? {} : { retryAfterMs: askedMs }),
  })
}

function tooLarge(): DependencyError {
  return fault('platform_protocol', `the feed is larger than ${longestFeed} bytes`)
}

function fault(code: 'platform_protocol' | 'http_timeout', message: string): DependencyError {
  return new DependencyError(code, message, { retryable: true })
}

function freshMs(headers: Readonly<Record<string, string>>): number {
  const control = headers['cache-control'] ?? ''
  if (/no-cache|no-store/i.test(control)) return 0
  return Number(/max-age=(\d{1,7})/i.exec(control)?.[1] ?? 0) * second
}

/** `<https://hub.example/>; rel="hub", <https://…>; rel=self`. */
function linkHeader(link: string | undefined, base: string): { hub?: string; self?: string } {
  const found: { hub?: string; self?: string } = {}
  for (const [, address = '', parameters = ''] of (link ?? '').matchAll(/<([^>]*)>([^<]*)/g)) {
    const names = /;\s*rel\s*=\s*(?:"([^"]*)"|([\w-]+))/i.exec(parameters)
    const rels = (names?.[1] ?? names?.[2] ?? '').toLowerCase().split(/\s+/)
    if (!URL.canParse(address, base)) continue
    if (rels.includes('hub')) found.hub ??= new URL(address, base).href
    if (rels.includes('self')) found.self ??= new URL(address, base).href
  }
  return found
}
