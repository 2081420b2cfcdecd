import { secret } from '@nabiz/shared/config'
import { brandId } from '@nabiz/shared/contracts'
import { DependencyError } from '@nabiz/shared/errors'
import { day, second } from '@nabiz/shared/time'
import { z } from 'zod'
import { everyDayIn } from '../../quotas/periods.ts'
import { observedInHeaders } from '../../quotas/rate-headers.ts'
import {
  type Check,
  type Connector,
  type ConnectorContext,
  type Delivery,
  defineConnector,
  type PollerWay,
} from '../connector.ts'
import { type ApiClient, createApiClient, NotFoundError } from '../shared/api-client.ts'
import { configuredGrant, createOAuthRefresh } from '../shared/oauth-refresh.ts'
import { parseJson } from '../shared/parse-json.ts'
import { createReading, type Reading } from '../shared/reading.ts'
import { createSweep, type SweepTask, type Visit } from '../shared/sweep.ts'
import { readFoundPins, readPins } from './pins.ts'

/** The token is right, what was asked for is not granted to the app: the partner search. */
const notGranted = z.looseObject({ code: z.literal(3) })

const foundPageSize = 50
/** Pages of one search in one look: a process that starts knows none of what it finds. */
const mostFoundPages = 10
/** Ids of found pins that are kept in memory. */
const mostMet = 20_000

const address = z.url({ protocol: /^https?$/ })
const config = z.strictObject({
  /** The app's id and secret, which renew the token. */
  appId: z.string().regex(/^\w{1,64}$/, 'the id of the app'),
  appSecret: secret,
  /** The access token is good for 30 days, the refresh token for 60 and longer. */
  accessToken: secret.optional(),
  refreshToken: secret,
  /** Brands the account's own pins are about. */
  pinBrands: z.array(brandId).min(1),
  /** Searches of strangers' pins; true access to /search/partner/pins is a beta that Pinterest grants. */
  searches: z.array(z.string().min(1).max(100)).max(20).default([]),
  /** Country the searches are for. */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/, 'two capital letters')
    .default('TR'),
  /** Counters are looked at for pins that are not older, days. */
  followDays: z.int().min(1).max(365).default(30),
  /** Time between two looks, s. */
  pollSeconds: z.int().min(60).max(86_400).default(1_800),
  /** Calls the app may make in a day: 1000 with trial access. */
  callsPerDay: z.int().min(10).max(100_000_000).default(1_000),
  /** Another one for a proxy or a test, whose host must then stand under outgoing.allowHosts. */
  baseUrl: address.default('https://api.pinterest.com/v5'),
  tokenUrl: address.default('https://api.pinterest.com/v5/oauth/token'),
})
type PinterestConfig = z.output<typeof config>

/** Pinterest: the account's own pins with their counters. It shows no comment's text to anybody. */
export const pinterest = defineConnector({
  platform: 'pinterest',
  description: {
    title: 'Pinterest',
    ways: ['polling'],
    sees: {
      comments: false,
      mentionsByStrangers: false,
      privateMessages: false,
      deletes: true,
      edits: false,
      metrics: true,
    },
    needs: [
      'an app at developers.pinterest.com with boards:read, pins:read, user_accounts:read',
      'a refresh token of the business account',
      'for pins of strangers: the partner search, which Pinterest grants',
    ],
    apis: {
      pins: 'GET /pins',
      search: 'GET /search/partner/pins',
    },
  },
  config,
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

function createPoll(api: ApiClient, options: PinterestConfig, { clock }: ConnectorContext): PollerWay {
  const followMs = options.followDays * day
  /** Pins of the last whole look, and of the one under way: what is missing may have been deleted. */
  let before = new Set<string>()
  let found = new Set<string>()
  /** Strangers' pins that searches found so far. */
  const met = new Set<string>()
  /** Pages read of each search in this look. */
  const pagesRead = new Map<string, number>()

  async function visit(task: SweepTask, since: number, signal: AbortSignal): Promise<Visit> {
    const reading = createReading()
    if (task.api === 'search') return search(task, reading, signal)
    if (task.api === 'pin') return { delivery: await lookFor(task.subject ?? '', signal) }
    const query = { page_size: 250, pin_metrics: 'true', bookmark: task.page }
    const { value } = await api.call('/pins', { query }, signal)
    const about = { brands: options.pinBrands, since, followedSince: clock.now() - followMs }
    const page = readPins(value, about, reading)
    const goesOn =
      page.bookmark !== undefined && (page.oldest === undefined || page.oldest >= about.followedSince)
    for (const id of page.ids) found.add(id)
    if (goesOn && page.bookmark)
      return { delivery: reading.delivery(), tasks: [{ ...task, page: page.bookmark }] }
    const missing = [...before].filter((id) => !found.has(id))
    before = found
    found = new Set()
    return {
      delivery: reading.delivery(),
      tasks: missing.map((subject) => ({ api: 'pin', subject })),
    }
  }

  /** Pins that are found have no times: a further page is read while this one held something new to this process. */
  async function search(task: SweepTask, reading: Reading, signal: AbortSignal): Promise<Visit> {
    const query = {
      term: task.subject,
      country_code: options.country,
      limit: foundPageSize,
      bookmark: task.page,
    }
    const { value } = await api.call('/search/partner/pins', { query }, signal)
    const page = readFoundPins(value, reading)
    const isNew = page.ids.some((id) => !met.has(id))
    if (met.size > mostMet) met.clear()
    for (const id of page.ids) met.add(id)
    const term = task.subject ?? ''
    const pages = (task.page === undefined ? 0 : (pagesRead.get(term) ?? 0)) + 1
    pagesRead.set(term, pages)
    const goesOn = isNew && page.bookmark !== undefined && pages < mostFoundPages
    return { delivery: reading.delivery(), tasks: goesOn ? [{ ...task, page: page.bookmark }] : [] }
  }

  /** One that left the list may have grown old; it is deleted when Pinterest does not have it any more. */
  async function lookFor(id: string, signal: AbortSignal): Promise<Delivery> {
    const reading = createReading()
    try {
      await api.call(`/pins/${encodeURIComponent(id)}`, {}, signal)
    } catch (err) {
      if (!(err instanceof NotFoundError)) throw err
      reading.item({
        id,
        kind: 'post',
        text: '',
        createdAt: undefined,
        operation: 'delete',
        visibility: 'public',
        own: true,
      })
    }
    return reading.delivery()
  }

  return createSweep({
    clock,
    intervalMs: options.pollSeconds * second,
    firstLookBackMs: followMs,
    roots: () => [{ api: 'pins' }, ...options.searches.map((subject) => ({ api: 'search', subject }))],
    visit,
  })
}

function decodeAnswer(name: string, body: Uint8Array, { pinBrands: brands }: PinterestConfig): Delivery {
  const reading = createReading()
  const value = parseJson(body)
  if (value === undefined) reading.unreadable('not_json', 'the body is not JSON in UTF-8', body)
  else if (name === 'search') readFoundPins(value, reading)
  else readPins(value, { brands, since: 0, followedSince: 0 }, reading)
  return reading.delivery()
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
    try {
      await api.call(path, { query }, signal)
      checks.push({ what, isOk: true })
    } catch (err) {
      const isRefused = err instanceof DependencyError && err.code === 'platform_auth'
      if (!isRefused && !(err instanceof NotFoundError)) throw err
      checks.push({ what, isOk: false, detail: `refused: ${todo}` })
    }
  }
  return checks
}
