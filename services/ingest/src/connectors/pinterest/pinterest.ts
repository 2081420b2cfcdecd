import { day } from '@nabiz/shared/time'
import { z } from 'zod'
import { everyDayIn } from '../../quotas/periods.ts'
import { observedInHeaders } from '../../quotas/rate-headers.ts'
import {
  type Check,
  type Connector,
  type ConnectorContext,
  type Delivery,
  defineConnector,
} from '../connector.ts'
import { type ApiClient, createApiClient, NotFoundError } from '../shared/api-client.ts'
import { ask } from '../shared/ask.ts'
import { errorAnswer } from '../shared/error-answer.ts'
import { configuredGrant, createOAuthRefresh } from '../shared/oauth-refresh.ts'
import { readJson } from '../shared/reading.ts'
import { type PinterestConfig, pinterestConfig } from './config.ts'
import { readAnalytics } from './pin-analytics.ts'
import { readFoundPins, readPins } from './pins.ts'
import { createPoll } from './poll.ts'

const failed = z.looseObject({ code: z.number(), message: z.string() })

/** The token is right, what was asked for is not granted to the app: the partner search. */
const notGranted = z.looseObject({ code: z.literal(3) })

/** Pinterest: the account's own pins with their counters. It shows no comment's text to anybody. */
export const pinterest = defineConnector({
  platform: 'pinterest',
  description: {
    title: 'Pinterest',
    ways: ['polling'],
    sees: {
      comments: false,
      mentionsByStrangers: true,
      privateMessages: false,
      deletes: true,
      edits: false,
      metrics: true,
    },
    partly: [
      'mentions by strangers: pins that the partner search finds, once Pinterest grants it',
      'deletes: of own pins, while Nabız runs',
    ],
    needs: [
      'an app at developers.pinterest.com with boards:read, pins:read, user_accounts:read',
      'a refresh token of the business account',
      'for pins of strangers: the partner search, which Pinterest grants',
    ],
    apis: {
      pins: 'GET /pins',
      search: 'GET /search/partner/pins',
      analytics: 'GET /pins/{id}/analytics',
    },
  },
  config: pinterestConfig,
  bare: {
    config: {
      appId: '1',
      appSecret: { env: 'APP_SECRET' },
      refreshToken: { env: 'REFRESH_TOKEN' },
      pinBrands: ['any-brand'],
    },
    environment: { APP_SECRET: 'none', REFRESH_TOKEN: 'none' },
  },
  create(options, context): Connector {
    const api = createPinterestApi(options, context)
    return {
      ways: [createPoll(api, options, context)],
      decode: (name, body) => decodeAnswer(name, body, options),
      errorIn: errorAnswer(failed, ({ code }) => `code ${code}`),
      check: (signal) => check(api, options, signal),
    }
  },
})

function createPinterestApi(options: PinterestConfig, context: ConnectorContext): ApiClient {
  const { clock, outgoing } = context
  const calls = context.quota({ name: 'calls', limit: options.callsPerDay, resetsAt: everyDayIn('UTC') })
  const client = Buffer.from(`${options.appId}:${options.appSecret.reveal()}`).toString('base64')
  const { accessToken, refreshToken } = options
  const credential = context.credential({
    name: 'token',
    configured: configuredGrant({ ...(accessToken ? { accessToken } : {}), refreshToken }),
    renewBeforeMs: 3 * day,
    renew: createOAuthRefresh({
      platform: 'pinterest',
      tokenUrl: options.tokenUrl,
      outgoing,
      clock,
      request: (token) => ({
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: `Basic ${client}`,
        },
        body: String(new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token.reveal() })),
      }),
    }),
  })
  return createApiClient({
    platform: 'pinterest',
    baseUrl: options.baseUrl,
    outgoing,
    clock,
    credential,
    beforeCall: () => calls.take(),
    faultOf: ({ status, value }) =>
      status === 401 && notGranted.safeParse(value).success
        ? new NotFoundError('pinterest has not granted it')
        : undefined,
    async observe({ status, headers }) {
      const seen = observedInHeaders(headers, clock.now())
      // Its headers may be those of a minute's limit; only a smaller remainder of the day is believed.
      if (status === 429 && seen?.remaining === 0) await calls.observe({ remaining: 0, ...reset(seen) })
    },
  })
}

function reset({ resetAt }: { resetAt?: number }): { resetAt?: number } {
  return resetAt === undefined ? {} : { resetAt }
}

function decodeAnswer(name: string, body: Uint8Array, { pinBrands: brands }: PinterestConfig): Delivery {
  return readJson(body, (value, reading) => {
    if (name === 'search') readFoundPins(value, reading)
    // The answer does not say whose figures it holds.
    else if (name === 'analytics') readAnalytics(value, { pin: 'pin', brands }, reading)
    else readPins(value, { brands, since: 0, followedSince: 0 }, reading)
  })
}

async function check(api: ApiClient, options: PinterestConfig, signal: AbortSignal): Promise<Check[]> {
  const asked = [
    {
      what: 'the account’s pins',
      path: '/pins',
      query: { page_size: 1 },
      todo: 'make a new token with pins:read',
    },
    ...options.searches.slice(0, 1).map((term) => ({
      what: 'the search of strangers’ pins',
      path: '/search/partner/pins',
      query: { term, country_code: options.country, limit: 1 },
      todo: 'not granted: ask Pinterest for the beta, or take `searches` out',
    })),
  ]
  const checks: Check[] = []
  for (const { what, path, query, todo } of asked) {
    const refused = `refused: ${todo}`
    checks.push(await ask(what, () => api.call(path, { query }, signal), { refused, absent: refused }))
  }
  return checks
}
