import type { Secret } from '@nabiz/shared/config'
import { DependencyError } from '@nabiz/shared/errors'
import type { Outgoing, OutgoingRequest, OutgoingResponse } from '@nabiz/shared/http'
import type { Clock } from '@nabiz/shared/time'
import type { Credential } from '../../credentials/credential.ts'
import { retryAfterMs } from '../../quotas/rate-headers.ts'
import { parseJson } from './parse-json.ts'

export type Query = Readonly<Record<string, string | number | undefined>>

/** The page asked for is no longer valid: the listing is read again from its beginning. */
export class InvalidPageError extends Error {
  override readonly name = 'InvalidPageError'
}

/** What was asked for does not exist, or is closed to us: it alone is passed over. */
export class NotFoundError extends Error {
  override readonly name = 'NotFoundError'
}

/** An answer as JSON, with its bytes and headers. */
export interface ApiAnswer {
  value: unknown
  body: Uint8Array
  status: number
  headers: Readonly<Record<string, string>>
}

/** What a call carries to show who asks. */
export interface Authorization {
  headers?: Record<string, string>
  query?: Query
}

export interface ApiClientOptions {
  /** For people, in errors: "facebook". */
  platform: string
  baseUrl: string
  outgoing: Outgoing
  clock: Clock
  credential?: Credential
  /** Where the token goes. Default: `authorization: Bearer …`. */
  authorize?(token: Secret): Authorization
  /** Takes from the quotas; throws before the platform is called. */
  beforeCall?(path: string, signal: AbortSignal): Promise<void>
  /** Sees every answer, for its rate-limit headers. */
  observe?(answer: ApiAnswer): Promise<void>
  /**
   * The fault an answer tells, whatever its status (some say 200 with an error inside); undefined: none. May return
   * InvalidPageError and NotFoundError. What it leaves undefined is judged by the status.
   */
  faultOf?(answer: ApiAnswer): Error | undefined
  timeoutMs?: number
}

export interface ApiRequest {
  method?: OutgoingRequest['method']
  query?: Query
  body?: string
  headers?: Record<string, string>
}

/** Calls of one platform's JSON API. */
export interface ApiClient {
  /**
   * The answer of a call that worked. Throws DependencyError platform_quota (not called), platform_auth,
   * platform_rate_limited, platform_protocol (no JSON, a redirect), http_status, http_*; InvalidPageError; NotFoundError.
   * No error names the query or the token.
   */
  call(path: string, request: ApiRequest, signal: AbortSignal): Promise<ApiAnswer>
}

/** A client that obeys quotas, renews a refused token once, follows no redirect and takes nothing but JSON for an answer. */
export function createApiClient(options: ApiClientOptions): ApiClient {
  const { platform, credential, outgoing, clock } = options
  const base = options.baseUrl.replace(/\/+$/, '')

  async function once(path: string, request: ApiRequest, token: Secret | undefined, signal: AbortSignal) {
    await options.beforeCall?.(path, signal)
    const authorization = token && (options.authorize ?? bearer)(token)
    const response = await outgoing.request({
      method: request.method ?? 'GET',
      url: `${base}${path}${queryText({ ...request.query, ...authorization?.query })}`,
      headers: { accept: 'application/json', ...request.headers, ...authorization?.headers },
      ...(request.body === undefined ? {} : { body: request.body }),
      timeoutMs: options.timeoutMs ?? 20_000,
      signal,
    })
    const answer = toAnswer(response)
    await options.observe?.(answer)
    return answer
  }

  return {
    async call(path, request, signal) {
      const token = await credential?.token(signal)
      const answer = await once(path, request, token, signal)
      const fault = faultIn(answer)
      if (fault === undefined) return answer
      const isRefused = fault instanceof DependencyError && fault.code === 'platform_auth'
      if (!isRefused || !token || !(await credential?.refused(token, signal))) throw fault
      const again = await once(path, request, await credential?.token(signal), signal)
      const second = faultIn(again)
      if (second) throw second
      return again
    },
  }

  function faultIn(answer: ApiAnswer): Error | undefined {
    const { status } = answer
    if (status >= 300 && status < 400)
      return protocol(`${platform} answered with a redirect, which is not followed`)
    const own = options.faultOf?.(answer)
    if (own) return own
    if (status >= 200 && status < 300) {
      return answer.value === undefined
        ? protocol(`${platform} answered with something that is not JSON`)
        : undefined
    }
    if (status === 401 || status === 403) {
      return new DependencyError('platform_auth', `${platform} refuses the token (${status})`, {
        retryable: false,
      })
    }
    if (status === 404 || status === 410) return new NotFoundError(`${platform} does not have it (${status})`)
    const asked = retryAfterMs(answer.headers, clock.now())
    if (status === 429) return rateLimited(platform, asked)
    return new DependencyError('http_status', `${platform} answered with ${status}`, {
      retryable: status >= 500,
      ...(asked === undefined ? {} : { retryAfterMs: asked }),
    })
  }
}

/** The platform asks for a pause; without a time the host's own back-off holds. */
export function rateLimited(platform: string, askedMs: number | undefined): DependencyError {
  return new DependencyError('platform_rate_limited', `${platform} asks for a pause`, {
    retryable: true,
    ...(askedMs === undefined ? {} : { retryAfterMs: askedMs }),
  })
}

function protocol(message: string): DependencyError {
  return new DependencyError('platform_protocol', message, { retryable: true })
}

function bearer(token: Secret): Authorization {
  return { headers: { authorization: `Bearer ${token.reveal()}` } }
}

function toAnswer({ status, headers, body }: OutgoingResponse): ApiAnswer {
  const bytes = Buffer.from(body, 'utf8')
  return { status, headers, body: bytes, value: parseJson(bytes) }
}

/** `?a=b&c=d`, or nothing. */
export function queryText(query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  )
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}
