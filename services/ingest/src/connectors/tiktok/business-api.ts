import { DependencyError } from '@nabiz/shared/errors'
import { minute, second } from '@nabiz/shared/time'
import { z } from 'zod'
import { every, everyDayIn } from '../../quotas/periods.ts'
import type { ConnectorContext } from '../connector.ts'
import {
  type ApiAnswer,
  type ApiClient,
  createApiClient,
  InvalidPageError,
  NotFoundError,
  rateLimited,
} from '../shared/api-client.ts'
import { errorAnswer } from '../shared/error-answer.ts'
import { configuredGrant, createOAuthRefresh } from '../shared/oauth-refresh.ts'
import type { TikTokConfig } from './config.ts'

/** Ten calls a second are allowed. */
const betweenCallsMs = 110
/** Tokens last a day. */
const renewBeforeMs = 60 * minute
/** A minute's limit, once hit, holds for about this long, ms. */
const minutePauseMs = 5 * minute

const answerShape = z.looseObject({ code: z.number(), message: z.string().nullish() })
/** Of any answer with a code that is not 0. */
export const tiktokErrorIn = errorAnswer(
  answerShape.refine(({ code }) => code !== 0),
  ({ code }) => `code ${code}`,
)
/** A limit was hit; the message tells which. */
const throttled = 40_100
const authCodes = new Set([40_001, 40_102, 40_104, 40_105, 40_110])
const parameterCodes = new Set([40_000, 40_002])

/** TikTok's API for Business for one account: it answers 200 whatever happens, the code in the body tells. */
export function createBusinessApi(options: TikTokConfig, context: ConnectorContext): ApiClient {
  const { clock, outgoing, quota, credential } = context
  const perMinute = quota({ name: 'calls_minute', limit: options.callsPerMinute, resetsAt: every(minute) })
  const midnight = everyDayIn('UTC')
  const perDay = quota({ name: 'calls_day', limit: options.callsPerDay, resetsAt: midnight })
  const [appSecret] = options.appSecrets
  let nextCallAt = 0

  const token = credential({
    name: 'token',
    configured: configuredGrant({
      ...(options.accessToken ? { accessToken: options.accessToken } : {}),
      ...(options.refreshToken ? { refreshToken: options.refreshToken } : {}),
    }),
    renewBeforeMs,
    ...(options.refreshToken
      ? {
          renew: createOAuthRefresh({
            platform: 'tiktok',
            tokenUrl: options.tokenUrl,
            outgoing,
            clock,
            request: (refreshToken) => ({
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify({
                client_id: options.appId,
                client_secret: appSecret?.reveal(),
                grant_type: 'refresh_token',
                refresh_token: refreshToken.reveal(),
              }),
            }),
            grantIn: (answer) => z.looseObject({ data: z.unknown() }).safeParse(answer).data?.data,
          }),
        }
      : {}),
  })

  return createApiClient({
    platform: 'tiktok',
    baseUrl: options.baseUrl,
    outgoing,
    clock,
    credential: token,
    authorize: (secret) => ({ headers: { 'access-token': secret.reveal() } }),
    async beforeCall(_path, signal) {
      await perMinute.take()
      await perDay.take()
      const now = clock.now()
      // Further off than calls queue up: the clock was put back.
      if (nextCallAt - now > second) nextCallAt = now
      const waitMs = nextCallAt - now
      nextCallAt = Math.max(now, nextCallAt) + betweenCallsMs
      if (waitMs > 0) await clock.sleep(waitMs, signal)
    },
    async observe({ value }) {
      // Others use the app, too: a restart or another replica must not have to be told once more.
      const { code, message } = answerShape.safeParse(value).data ?? {}
      if (code === throttled && limitIn(message) === 'day') await perDay.observe({ remaining: 0 })
    },
    faultOf,
  })

  function faultOf({ value, status }: ApiAnswer): Error | undefined {
    const parsed = answerShape.safeParse(value)
    if (!parsed.success) {
      // 200 with JSON that has no code is no answer of this API.
      return value === undefined || status !== 200 ? undefined : protocol('an answer without a code')
    }
    const { code, message } = parsed.data
    const told = `tiktok answered with code ${code}`
    if (code === 0) return undefined
    if (code === throttled) return rateLimited('tiktok', pauseMs(limitIn(message)))
    if (authCodes.has(code)) {
      return new DependencyError('platform_auth', `${told}: the token or a permission is missing`, {
        retryable: false,
      })
    }
    if (parameterCodes.has(code)) return new InvalidPageError(told)
    if (code === 40_006 || code === 40_007) return new NotFoundError(told)
    return new DependencyError('http_status', told, { retryable: code >= 50_000 })
  }

  function pauseMs(limit: 'second' | 'minute' | 'day'): number {
    if (limit === 'day') return midnight(clock.now()) - clock.now()
    return limit === 'second' ? second : minutePauseMs
  }
}

/** It names no pause, only which limit was hit, and that in words. */
function limitIn(message: string | null | undefined): 'second' | 'minute' | 'day' {
  if (/qpd|day/i.test(message ?? '')) return 'day'
  return /qps|second/i.test(message ?? '') ? 'second' : 'minute'
}

function protocol(what: string): DependencyError {
  return new DependencyError('platform_protocol', `tiktok: ${what}`, { retryable: true })
}
