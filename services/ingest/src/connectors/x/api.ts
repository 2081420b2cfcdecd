import { Secret } from '@nabiz/shared/config'
import { DependencyError } from '@nabiz/shared/errors'
import { hour, minute, second } from '@nabiz/shared/time'
import { z } from 'zod'
import type { Credential, Grant } from '../../credentials/credential.ts'
import { every } from '../../quotas/periods.ts'
import { observedInHeaders } from '../../quotas/rate-headers.ts'
import type { ConnectorContext } from '../connector.ts'
import {
  type ApiAnswer,
  type ApiClient,
  createApiClient,
  InvalidPageError,
  rateLimited,
} from '../shared/api-client.ts'
import { parseJson } from '../shared/parse-json.ts'
import type { XConfig } from './config.ts'

export const rateHeaders = 'x-rate-limit'
/** Searches in 15 minutes: of an app, of a person. */
const searches = { app: 450, person: 300 }
/** X asks for at least a minute after a 429. */
const shortestPauseMs = 1 * minute

const grantShape = z.looseObject({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).nullish(),
  expires_in: z.number().min(0).nullish(),
})

/** What we ask of a post: X gives id and text alone otherwise. */
export function postFields(authors: boolean) {
  return {
    'tweet.fields':
      'author_id,created_at,lang,referenced_tweets,note_tweet,edit_history_tweet_ids,public_metrics',
    ...(authors ? { expansions: 'author_id', 'user.fields': 'public_metrics,verified,verified_type' } : {}),
  }
}

/** X's API for one app. */
export interface XApi {
  credential: Credential
  /** Recent search, within its limit. */
  search: ApiClient
  /** Rules of the stream, and what is used. */
  manage: ApiClient
}

export function createXApi(options: XConfig & { bearerToken: Secret }, context: ConnectorContext): XApi {
  const { clock, outgoing } = context
  const credential = createToken(options, context)
  const calls = context.quota({
    name: 'search_calls',
    limit: options.refreshToken ? searches.person : searches.app,
    resetsAt: every(15 * minute),
  })
  const common = {
    platform: 'x',
    baseUrl: options.baseUrl,
    outgoing,
    clock,
    credential,
    faultOf: ({ status, headers }: ApiAnswer) => faultOf(status, headers, clock.now()),
  }
  return {
    credential,
    manage: createApiClient(common),
    search: createApiClient({
      ...common,
      beforeCall: () => calls.take(),
      async observe({ headers }) {
        const seen = observedInHeaders(headers, clock.now(), rateHeaders)
        if (seen) await calls.observe(seen)
      },
    }),
  }
}

/** The fault that a status tells; undefined: none of X's own. */
export function faultOf(
  status: number,
  headers: Readonly<Record<string, string>>,
  now: number,
): Error | undefined {
  if (status === 429) {
    const resetAt = observedInHeaders(headers, now, rateHeaders)?.resetAt
    return rateLimited('x', Math.max(shortestPauseMs, (resetAt ?? 0) - now))
  }
  // Nothing is left of what was paid for in advance; somebody must buy more.
  if (status === 402) {
    return new DependencyError('platform_quota', 'x: the credits bought are used up (402)', {
      retryable: true,
      retryAfterMs: 1 * hour,
    })
  }
  if (status === 400) return new InvalidPageError('x refuses the question (400)')
  return undefined
}

function createToken(
  options: XConfig & { bearerToken: Secret },
  { clock, outgoing, credential }: ConnectorContext,
) {
  const { bearerToken, refreshToken, clientId, clientSecret } = options

  async function renew(grant: Grant, signal: AbortSignal): Promise<Grant> {
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: grant.refreshToken?.reveal() ?? '',
      client_id: clientId ?? '',
    })
    const basic = clientSecret && Buffer.from(`${clientId}:${clientSecret.reveal()}`).toString('base64')
    const response = await outgoing.request({
      method: 'POST',
      url: options.tokenUrl,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        ...(basic ? { authorization: `Basic ${basic}` } : {}),
      },
      body: form.toString(),
      signal,
    })
    if (response.status === 400 || response.status === 401) {
      throw new DependencyError('platform_auth', `x does not renew the token (${response.status})`, {
        retryable: false,
      })
    }
    const granted = grantShape.safeParse(parseJson(Buffer.from(response.body)))
    if (response.status !== 200 || !granted.success) {
      throw new DependencyError('platform_protocol', 'x did not answer with a token', { retryable: true })
    }
    const { access_token: token, refresh_token: next, expires_in: seconds } = granted.data
    return {
      token: new Secret(token),
      // A refresh token is good for one use.
      ...(next ? { refreshToken: new Secret(next) } : {}),
      ...(seconds ? { expiresAt: clock.now() + seconds * second } : {}),
    }
  }

  return credential({
    name: 'token',
    configured: { token: bearerToken, ...(refreshToken ? { refreshToken } : {}) },
    ...(refreshToken ? { renew } : {}),
  })
}
