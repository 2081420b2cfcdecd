import { day, hour, second } from '@nabiz/shared/time'
import { z } from 'zod'
import {
  type Check,
  type ConnectorContext,
  type Delivery,
  defineConnector,
  type PollerWay,
} from '../connector.ts'
import { checkSubscription, checkToken, withoutToken } from '../meta/checks.ts'
import { bareMeta, graphFields, metaFields, needAccounts } from '../meta/config.ts'
import { readEnvelope } from '../meta/envelope.ts'
import { createGraph, type Graph, graphErrorIn } from '../meta/graph.ts'
import { createMessageReader } from '../meta/messaging.ts'
import { createMetaWebhook } from '../meta/webhook.ts'
import { ask } from '../shared/ask.ts'
import { createReading, readJson } from '../shared/reading.ts'
import { soleAccount } from '../shared/sole-account.ts'
import { createSweep, type SweepTask, type Visit } from '../shared/sweep.ts'
import { type Lookup, readAccountChange } from './comment-change.ts'
import { commentFields, mediaFields, readInstagramPage } from './graph-nodes.ts'
import { lookUp } from './look-up.ts'

const pageSize = 50
/** An answer to the webhook must come soon; Meta asks again when it does not. */
const lookUpTimeoutMs = 8 * second
const webhookFields = ['comments', 'live_comments', 'mentions', 'messages']
const permissions = {
  facebook: ['instagram_basic', 'instagram_manage_comments', 'pages_show_list', 'pages_read_engagement'],
  instagram: ['instagram_business_basic', 'instagram_business_manage_comments'],
}

const config = z
  .strictObject({
    ...metaFields,
    ...graphFields,
    /** Which of Meta's two products the app uses: "Instagram API with Facebook Login" or "… with Instagram Login". */
    login: z.enum(['facebook', 'instagram']).default('facebook'),
    /** Default: graph.facebook.com, or graph.instagram.com with `login: instagram`. */
    baseUrl: z.url({ protocol: /^https?$/ }).optional(),
  })
  .superRefine(needAccounts)
type InstagramConfig = z.output<typeof config>

/** Instagram professional accounts: comments, mentions, tags, messages. */
export const instagram = defineConnector({
  platform: 'instagram',
  description: {
    title: 'Instagram',
    ways: ['webhook', 'polling'],
    sees: {
      comments: true,
      mentionsByStrangers: true,
      privateMessages: true,
      deletes: true,
      edits: false,
      metrics: true,
    },
    partly: ['deletes: of private messages; Meta tells of no deleted or edited comment'],
    needs: [
      'a professional account, public, linked to a Page (with login: facebook)',
      'a Meta app of type Business, live, its app secret; the Instagram app secret as a second one, where there is one',
      `a token with ${permissions.facebook.join(', ')} (App Review, Advanced Access)`,
      `the app subscribed to ${webhookFields.join(', ')}`,
    ],
    apis: {
      media: 'GET /{account}/media',
      tags: 'GET /{account}/tags',
      comments: 'GET /{media}/comments',
    },
  },
  config,
  bare: bareMeta,
  create(options, context) {
    const usual = options.login === 'facebook' ? baseUrls.facebook : baseUrls.instagram
    const graph =
      options.accessToken &&
      createGraph(
        {
          ...options,
          accessToken: options.accessToken,
          platform: 'instagram',
          renewal: options.login,
          baseUrl: options.baseUrl ?? usual,
        },
        context,
      )
    const webhook = createMetaWebhook(options, createReader(options, context.isOffline ? undefined : graph))
    return {
      ways: graph ? [webhook, createPoll(graph, options, context)] : [webhook],
      decode: (api, body) => decodeAnswer(api, body, options),
      errorIn: graphErrorIn,
      check: (signal) => check(graph, options, signal),
      toEnter: [{ what: 'verify token', value: options.verifyToken }],
    }
  },
})

const baseUrls = { facebook: 'https://graph.facebook.com', instagram: 'https://graph.instagram.com' }

function createReader({ accounts, login }: InstagramConfig, graph: Graph | undefined) {
  const brandsOf = (id: string) => accounts[id] ?? []
  const readMessage = createMessageReader({ brandsOf })
  return async function read(value: unknown): Promise<Delivery> {
    const reading = createReading()
    const lookups: Lookup[] = []
    const readers = {
      change: (...[field, change, entry, into]: Parameters<Parameters<typeof readEnvelope>[2]['change']>) =>
        readAccountChange(field, change, entry, brandsOf(entry.id), into, lookups),
      message: readMessage,
    }
    readEnvelope(value, 'instagram', readers, reading)
    for (const lookup of lookups) {
      // The other product has no way to ask.
      if (!graph || login === 'instagram') reading.ignore('needs_lookup')
      else await lookUp(lookup, graph, reading, AbortSignal.timeout(lookUpTimeoutMs))
    }
    return reading.delivery()
  }
}

function createPoll(graph: Graph, options: InstagramConfig, { clock }: ConnectorContext): PollerWay {
  async function visit(task: SweepTask, since: number, signal: AbortSignal): Promise<Visit> {
    const [accountId = '', mediaId] = (task.subject ?? '').split('/')
    const isComments = task.api === 'comments'
    const query = { fields: isComments ? commentFields : mediaFields, limit: pageSize, after: task.page }
    const answer = await graph.call(`/${isComments ? mediaId : accountId}/${task.api}`, { query }, signal)
    const reading = createReading()
    const about = {
      accountId,
      brands: options.accounts[accountId] ?? [],
      since,
      ...(mediaId ? { mediaId } : {}),
    }
    const page = readInstagramPage(answer.value, task.api, about, reading)
    const followed = clock.now() - options.followDays * day
    const goesOn = page.after !== undefined && page.oldest >= (task.api === 'media' ? followed : since)
    const comments = page.media
      .filter(({ at }) => at >= followed)
      .map(({ id }) => ({ api: 'comments', subject: `${accountId}/${id}` }))
    return {
      delivery: reading.delivery(),
      tasks: [...comments, ...(goesOn && page.after ? [{ ...task, page: page.after }] : [])],
    }
  }

  return createSweep({
    clock,
    intervalMs: options.pollSeconds * second,
    firstLookBackMs: options.firstLookBackHours * hour,
    roots: () =>
      Object.keys(options.accounts).flatMap((subject) => [
        { api: 'media', subject },
        { api: 'tags', subject },
      ]),
    visit,
  })
}

function decodeAnswer(api: string, body: Uint8Array, { accounts }: InstagramConfig): Delivery {
  const { id, brands } = soleAccount(accounts)
  const context = { brands, since: 0, ...(id === undefined ? {} : { accountId: id }) }
  return readJson(body, (value, reading) => void readInstagramPage(value, api, context, reading))
}

async function check(
  graph: Graph | undefined,
  options: InstagramConfig,
  signal: AbortSignal,
): Promise<Check[]> {
  if (!graph) return [withoutToken]
  const checks = await checkToken(graph, permissions[options.login], signal)
  for (const account of Object.keys(options.accounts)) {
    const node = () => graph.call(`/${account}`, { query: { fields: 'id' } }, signal)
    checks.push(
      // With Facebook's login the subscription stands at the app, in the dashboard.
      options.login === 'facebook'
        ? await ask(`the account ${account}`, node, {
            refused: 'the token may not ask for it',
            absent: 'no such account for this token: is it linked to the Page?',
          })
        : await checkSubscription(graph, account, ['comments'], signal),
    )
  }
  return checks
}
