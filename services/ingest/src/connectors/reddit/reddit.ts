import { Secret } from '@nabiz/shared/config'
import { DependencyError } from '@nabiz/shared/errors'
import { minute, second } from '@nabiz/shared/time'
import { z } from 'zod'
import type { Credential, Grant } from '../../credentials/credential.ts'
import { every } from '../../quotas/periods.ts'
import { observedInHeaders } from '../../quotas/rate-headers.ts'
import { type Check, type ConnectorContext, type Delivery, defineConnector } from '../connector.ts'
import {
  type ApiAnswer,
  type ApiClient,
  createApiClient,
  InvalidPageError,
  NotFoundError,
  rateLimited,
} from '../shared/api-client.ts'
import { ask } from '../shared/ask.ts'
import { errorAnswer } from '../shared/error-answer.ts'
import { parseJson } from '../shared/parse-json.ts'
import { readJson } from '../shared/reading.ts'
import { type RedditConfig, redditConfig } from './config.ts'
import { createPoll } from './poll.ts'
import { readListing } from './things.ts'

/** Reddit counts in windows of ten minutes, 100 calls a minute on the average. */
const calls = { limit: 1_000, reserve: 10, resetsAt: every(10 * minute) }

/** Reddit: posts and comments of subreddits, posts anywhere that match a search. */
export const reddit = defineConnector({
  platform: 'reddit',
  description: {
    title: 'Reddit',
    ways: ['polling'],
    sees: {
      comments: true,
      mentionsByStrangers: true,
      privateMessages: false,
      deletes: true,
      edits: true,
      metrics: true,
    },
    partly: [
      'comments: in the subreddits that the config lists',
      'edits and deletes: when a thing is asked about again, within a day of being written',
    ],
    needs: [
      'an OAuth app that Reddit approved (Responsible Builder Policy; a contract for commercial use)',
      'its client id and secret',
    ],
    apis: {
      new: 'GET /r/{subreddit}/new',
      comments: 'GET /r/{subreddit}/comments',
      search: 'GET /search',
      info: 'GET /api/info',
    },
  },
  config: redditConfig,
  bare: {
    config: {
      clientId: 'none',
      clientSecret: { env: 'CLIENT_SECRET' },
      userAgent: 'nabiz decode',
      searches: [{ query: 'none' }],
    },
    environment: { CLIENT_SECRET: 'none' },
  },
  create(options, context) {
    const own = new Set(options.own.map((name) => name.toLowerCase()))
    const api = createApi(options, context)
    return {
      ways: [createPoll(api, own, options, context)],
      decode: (_name, body) => decodeListing(body, own),
      errorIn: errorAnswer(failedShape, ({ error }) => `error ${error}`),
      check: (signal) => check(options, context, signal),
    }
  },
})

function decodeListing(body: Uint8Array, own: ReadonlySet<string>): Delivery {
  const about = { brands: [], own, since: 0, isKnown: () => false, areCommentsRead: false }
  return readJson(body, (value, reading) => void readListing(value, about, reading))
}

function createApi(options: RedditConfig, context: ConnectorContext): ApiClient {
  const { clock, outgoing } = context
  const quota = context.quota({ name: 'calls', ...calls })
  const client = createApiClient({
    platform: 'reddit',
    baseUrl: options.baseUrl,
    outgoing,
    clock,
    credential: createToken(options, context),
    authorize: (token) => ({
      headers: { authorization: `Bearer ${token.reveal()}`, 'user-agent': options.userAgent },
      // Without it < > & come escaped in every text.
      query: { raw_json: 1 },
    }),
    beforeCall: () => quota.take(),
    async observe({ headers }) {
      const seen = observedInHeaders(headers, clock.now())
      if (seen) await quota.observe(seen)
    },
    faultOf: (answer) => faultOf(answer, clock.now()),
  })
  return client
}

/** Errors of the API have a number, those for tokens a name. */
const failedShape = z.looseObject({ error: z.union([z.number(), z.string()]) })
const closedShape = z.looseObject({ reason: z.string() })

function faultOf({ status, headers, value }: ApiAnswer, now: number): Error | undefined {
  if (status === 429) {
    const resetAt = observedInHeaders(headers, now)?.resetAt
    return rateLimited('reddit', resetAt === undefined ? 1 * minute : Math.max(1 * second, resetAt - now))
  }
  // Private, banned or quarantined: one place is closed, and the token is good.
  if (status === 403 && closedShape.safeParse(value).success)
    return new NotFoundError('reddit: closed to us (403)')
  if (status === 400) return new InvalidPageError('reddit refuses the question (400)')
  return undefined
}

const grantShape = z.looseObject({ access_token: z.string().min(1), expires_in: z.number().min(0).nullish() })

/** The app's own token: good for a day, asked for anew before its end. There is no refresh token, and none is needed. */
function createToken(options: RedditConfig, context: ConnectorContext): Credential {
  return context.credential({
    name: 'token',
    // No token is configured: what stands here has ended, so that the first use asks for one.
    configured: { token: options.clientSecret, expiresAt: 0 },
    renew: (_grant, signal) => askToken(options, context, signal),
  })
}

async function askToken(
  { clientId, clientSecret, tokenUrl, userAgent }: RedditConfig,
  { clock, outgoing }: ConnectorContext,
  signal: AbortSignal,
): Promise<Grant> {
  const { status, body } = await outgoing.request({
    method: 'POST',
    url: tokenUrl,
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret.reveal()}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
      'user-agent': userAgent,
    },
    body: 'grant_type=client_credentials',
    signal,
  })
  if (status === 400 || status === 401 || status === 403) {
    throw new DependencyError('platform_auth', `reddit refuses the client id and secret (${status})`, {
      retryable: false,
    })
  }
  if (status === 429) throw rateLimited('reddit', 1 * minute)
  const granted = grantShape.safeParse(parseJson(Buffer.from(body)))
  if (status !== 200 || !granted.success) {
    throw new DependencyError('platform_protocol', `reddit did not answer with a token (${status})`, {
      retryable: true,
    })
  }
  const seconds = granted.data.expires_in ?? 3_600
  return { token: new Secret(granted.data.access_token), expiresAt: clock.now() + seconds * second }
}

const aboutShape = z.looseObject({ data: z.looseObject({ display_name: z.string() }) })

/** Asks with a token of its own, which is not kept: they may be asked for as often as one likes. */
async function check(
  options: RedditConfig,
  context: ConnectorContext,
  signal: AbortSignal,
): Promise<Check[]> {
  const what = 'client id and secret'
  let token: Secret
  try {
    token = (await askToken(options, context, signal)).token
  } catch (err) {
    if (!(err instanceof DependencyError) || err.code !== 'platform_auth') throw err
    return [{ what, isOk: false, detail: 'refused: see the app under reddit.com/prefs/apps' }]
  }
  const checks: Check[] = [{ what, isOk: true }]
  const plain = createApiClient({
    platform: 'reddit',
    baseUrl: options.baseUrl,
    outgoing: context.outgoing,
    clock: context.clock,
    faultOf: (answer) => faultOf(answer, context.clock.now()),
  })
  const headers = { authorization: `Bearer ${token.reveal()}`, 'user-agent': options.userAgent }
  for (const name of Object.keys(options.subreddits)) {
    const about = async () => {
      const { value } = await plain.call(`/r/${name}/about`, { headers }, signal)
      if (!aboutShape.safeParse(value).success) throw new NotFoundError('reddit does not have it')
    }
    checks.push(await ask(`r/${name}`, about, { absent: 'private, banned, or no such subreddit' }))
  }
  return checks
}
