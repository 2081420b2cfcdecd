import { DependencyError } from '@nabiz/shared/errors'
import { z } from 'zod'
import { type Check, type ConnectorContext, defineConnector, type Way } from '../connector.ts'
import { countOf } from '../shared/fields.ts'
import { hmacOfBody } from '../shared/signatures.ts'
import { createSignedWebhook } from '../shared/signed-webhook.ts'
import { readActivity } from './activity.ts'
import { decodeAnswer, xErrorIn } from './answer.ts'
import { createXApi, type XApi } from './api.ts'
import { createReadBudget } from './budget.ts'
import { answerChallenge } from './challenge.ts'
import { type XConfig, xConfig } from './config.ts'
import { tagOf } from './rules.ts'
import { createSearch } from './search.ts'
import { createStream } from './stream.ts'

/** X: posts that match queries, by stream or search; mentions, replies, deletes and messages of the brand's accounts by webhook. */
export const x = defineConnector({
  platform: 'x',
  description: {
    title: 'X',
    ways: ['webhook', 'polling', 'stream'],
    sees: {
      comments: true,
      mentionsByStrangers: true,
      privateMessages: true,
      deletes: true,
      edits: true,
      metrics: true,
    },
    partly: ['deletes and private messages: of the accounts that are subscribed, over the webhook'],
    needs: [
      'an app in the X developer console with credits; each post read is paid for',
      "its bearer token for stream or search, and a month's budget of reads",
      'for the webhook its consumer secret and subscriptions of the Activity API',
    ],
    apis: {
      search: 'GET /2/tweets/search/recent',
      stream: 'GET /2/tweets/search/stream',
    },
  },
  config: xConfig,
  bare: {
    config: { consumerSecrets: [{ env: 'CONSUMER_SECRET' }] },
    environment: { CONSUMER_SECRET: 'none' },
  },
  create(options, context) {
    const { fieldMissing } = context
    const brandsByTag = new Map(options.queries.map(({ query, brands }) => [tagOf(query), brands]))
    const about = {
      own: new Set(Object.keys(options.accounts)),
      fieldMissing,
      brandsOfTag: (tag: string) => brandsByTag.get(tag) ?? [],
    }
    const { bearerToken } = options
    const api = bearerToken && createXApi({ ...options, bearerToken }, context)
    const ways: Way[] = []
    if (options.consumerSecrets.length > 0) ways.push(createWebhook(options, context))
    if (api) ways.push(createReader(api, options, about, context))
    return {
      ways,
      decode: (_api, body) => decodeAnswer(body, { ...about, brands: [] }),
      errorIn: xErrorIn,
      check: (signal) => check(api, options, signal),
    }
  },
})

function createWebhook({ consumerSecrets, accounts }: XConfig, { fieldMissing }: ConnectorContext): Way {
  return createSignedWebhook({
    handshake: answerChallenge(consumerSecrets),
    verify: hmacOfBody({
      header: 'x-twitter-webhooks-signature',
      prefix: 'sha256=',
      algorithm: 'sha256',
      encoding: 'base64',
      secrets: consumerSecrets,
    }),
    read: (value) => readActivity(value, { accounts, fieldMissing }),
  })
}

function createReader(
  api: XApi,
  options: XConfig,
  about: Parameters<typeof createSearch>[3],
  context: ConnectorContext,
): Way {
  const budget = createReadBudget(options.monthlyReads ?? 0, context)
  const search = createSearch(api, budget, options, about, context)
  return options.mode === 'search' ? search : createStream({ api, budget, search, about }, options, context)
}

const usageShape = z.looseObject({
  data: z.looseObject({ project_usage: z.unknown().optional(), project_cap: z.unknown().optional() }),
})

/** Asks what is used, which costs nothing. */
async function check(api: XApi | undefined, options: XConfig, signal: AbortSignal): Promise<Check[]> {
  const webhook: Check = {
    what: 'webhook',
    isOk: true,
    detail:
      options.consumerSecrets.length > 0
        ? 'register its address with POST /2/webhooks, then subscribe with POST /2/activity/subscriptions'
        : 'no consumerSecrets: deletes and messages are not seen',
  }
  if (!api) return [webhook, { what: 'bearerToken', isOk: true, detail: 'none: the webhook alone works' }]
  try {
    const { value } = await api.manage.call('/2/usage/tweets', {}, signal)
    const usage = usageShape.safeParse(value).data?.data
    const used = countOf(usage?.project_usage) ?? 'unknown'
    const cap = countOf(usage?.project_cap) ?? 'unknown'
    return [
      { what: 'bearer token', isOk: true, detail: `${used} of ${cap} post reads of the project are used` },
      {
        what: 'monthly budget',
        isOk: (options.monthlyReads ?? 0) > 0,
        detail: `${options.monthlyReads} reads`,
      },
      webhook,
    ]
  } catch (err) {
    if (!(err instanceof DependencyError) || err.code !== 'platform_auth') throw err
    return [{ what: 'bearer token', isOk: false, detail: 'refused: make a new one in the console' }, webhook]
  }
}
