import { Secret } from '@nabiz/shared/config'
import { DependencyError } from '@nabiz/shared/errors'
import type { Outgoing } from '@nabiz/shared/http'
import { type Clock, second } from '@nabiz/shared/time'
import { z } from 'zod'
import type { CredentialSpec, Grant } from '../../credentials/credential.ts'
import { retryAfterMs } from '../../quotas/rate-headers.ts'
import { rateLimited } from './api-client.ts'
import { parseJson } from './parse-json.ts'

const grantShape = z.looseObject({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().min(0).nullish(),
  refresh_token: z.string().min(1).nullish(),
})

export interface OAuthRefreshOptions {
  /** For people, in errors. */
  platform: string
  tokenUrl: string
  outgoing: Outgoing
  clock: Clock
  /** The request's body and headers; a form with the client's id and secret is `refreshForm`. */
  request(refreshToken: Secret): { body: string; headers: Record<string, string> }
  /** Where in the answer the grant stands; default: the answer itself. */
  grantIn?(answer: unknown): unknown
}

/** Renews an OAuth 2 access token with its refresh token; keeps the refresh token where no newer one comes. */
export function createOAuthRefresh(options: OAuthRefreshOptions): NonNullable<CredentialSpec['renew']> {
  const { platform, clock } = options

  return async function renew({ refreshToken }, signal) {
    if (!refreshToken) throw refused(`${platform}: there is no refresh token`)
    const { status, headers, body } = await options.outgoing.request({
      method: 'POST',
      url: options.tokenUrl,
      ...options.request(refreshToken),
      timeoutMs: 20_000,
      signal,
    })
    const answer = parseJson(Buffer.from(body, 'utf8'))
    const parsed = grantShape.safeParse(options.grantIn ? options.grantIn(answer) : answer)
    const askedMs = retryAfterMs(headers, clock.now())
    if (status === 429) throw rateLimited(platform, askedMs)
    if (status >= 500) {
      throw new DependencyError('http_status', `${platform} answered with ${status} for a token`, {
        retryable: true,
        ...(askedMs === undefined ? {} : { retryAfterMs: askedMs }),
      })
    }
    // A proxy's page or a redirect is not the platform's word: nobody need connect anew.
    if ((status >= 300 && status < 400) || (answer === undefined && status !== 400 && status !== 401)) {
      throw new DependencyError('platform_protocol', `${platform} did not answer with a token (${status})`, {
        retryable: true,
      })
    }
    if (status >= 300 || !parsed.success) {
      throw refused(`${platform} does not renew the token (${status}): connect the account anew`)
    }
    const { access_token: token, expires_in: seconds, refresh_token: next } = parsed.data
    return {
      token: new Secret(token),
      refreshToken: next ? new Secret(next) : refreshToken,
      ...(seconds ? { expiresAt: clock.now() + seconds * second } : {}),
    }
  }
}

/** The usual request: a form with the client's id and secret. */
export function refreshForm(
  client: { id: string; secret: Secret },
  refreshToken: Secret,
): { body: string; headers: Record<string, string> } {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    refresh_token: refreshToken.reveal(),
    client_id: client.id,
    client_secret: client.secret.reveal(),
  })
  return { body: String(form), headers: { 'content-type': 'application/x-www-form-urlencoded' } }
}

/** What a config gives; without an access token the first is asked for at once. */
export function configuredGrant(given: { accessToken?: Secret; refreshToken?: Secret }): Grant {
  const { accessToken, refreshToken } = given
  return {
    token: accessToken ?? new Secret('none yet'),
    ...(refreshToken ? { refreshToken } : {}),
    ...(accessToken ? {} : { expiresAt: 0 }),
  }
}

function refused(message: string): DependencyError {
  return new DependencyError('platform_auth', message, { retryable: false })
}
