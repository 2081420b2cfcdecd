import { day, hour, second } from '@nabiz/shared/time'
import { z } from 'zod'
import { type ConnectorContext, type Delivery, defineConnector, type PollerWay } from '../connector.ts'
import { checkPages } from '../meta/checks.ts'
import { bareMeta, baseUrlField, graphFields, metaFields, needAccounts } from '../meta/config.ts'
import { type MetaReaders, readEnvelope } from '../meta/envelope.ts'
import { createGraph, type Graph, graphErrorIn } from '../meta/graph.ts'
import { createMessageReader } from '../meta/messaging.ts'
import { createMetaWebhook } from '../meta/webhook.ts'
import { createReading, readJson } from '../shared/reading.ts'
import { soleAccount } from '../shared/sole-account.ts'
import { createSweep, type SweepTask, type Visit } from '../shared/sweep.ts'
import { readPageChange } from './feed-change.ts'
import { commentFields, type FoundPost, postFields, readGraphPage } from './graph-nodes.ts'

const pageSize = 100
const permissions = [
  'pages_show_list',
  'pages_manage_metadata',
  'pages_read_engagement',
  'pages_read_user_content',
]
const webhookFields = ['feed', 'mention', 'ratings']

const config = z
  .strictObject({
    ...metaFields,
    ...graphFields,
    baseUrl: baseUrlField('https://graph.facebook.com'),
    /** An app has one address for a Page's comments and messages: true takes the messages, too, as platform `messenger`. */
    messages: z.boolean().default(false),
  })
  .superRefine(needAccounts)
type FacebookConfig = z.output<typeof config>

/** Facebook Pages: comments, visitors' posts, mentions of the Page, recommendations. */
export const facebook = defineConnector({
  platform: 'facebook',
  description: {
    title: 'Facebook Pages',
    ways: ['webhook', 'polling'],
    sees: {
      comments: true,
      mentionsByStrangers: true,
      privateMessages: false,
      deletes: true,
      edits: true,
      metrics: true,
    },
    partly: ['mentions by strangers: of posts that name the Page'],
    needs: [
      'a Meta app of type Business, live, its app secret',
      `a Page token with ${permissions.join(', ')} (App Review, Advanced Access)`,
      `the Page subscribed to ${webhookFields.join(', ')}`,
    ],
    apis: {
      published_posts: 'GET /{page}/published_posts',
      tagged: 'GET /{page}/tagged',
      comments: 'GET /{post}/comments',
    },
  },
  config,
  bare: bareMeta,
  create(options, context) {
    const read = createReader(options)
    const graph = options.accessToken && createGraph(graphOptions(options, options.accessToken), context)
    const signed = createMetaWebhook(options, read)
    const webhook = options.messages ? { ...signed, carries: ['messenger'] } : signed
    return {
      ways: graph ? [webhook, createPoll(graph, options, context)] : [webhook],
      decode: (api, body) => decodeAnswer(api, body, options),
      errorIn: graphErrorIn,
      check: (signal) => checkPages(graph, options.accounts, { permissions, fields: webhookFields }, signal),
      toEnter: [{ what: 'verify token', value: options.verifyToken }],
    }
  },
})

function graphOptions(options: FacebookConfig, accessToken: NonNullable<FacebookConfig['accessToken']>) {
  return { ...options, accessToken, platform: 'facebook', renewal: 'facebook' as const }
}

function createReader({ accounts, messages }: FacebookConfig): (value: unknown) => Delivery {
  const brandsOf = (id: string) => accounts[id] ?? []
  const readMessage = createMessageReader({ platform: 'messenger', brandsOf })
  const readers: MetaReaders = {
    change: (field, value, entry, reading) =>
      readPageChange(field, value, entry, brandsOf(entry.id), reading),
    message: messages ? readMessage : (_event, _entry, reading) => reading.ignore('other_account'),
  }
  return (value) => {
    const reading = createReading()
    readEnvelope(value, 'page', readers, reading)
    return reading.delivery()
  }
}

function createPoll(graph: Graph, options: FacebookConfig, { clock }: ConnectorContext): PollerWay {
  const pages = Object.keys(options.accounts)

  async function visit(task: SweepTask, since: number, signal: AbortSignal): Promise<Visit> {
    const [pageId = '', postId] = (task.subject ?? '').split('/')
    const isComments = task.api === 'comments'
    const query = {
      fields: isComments ? commentFields : postFields,
      limit: pageSize,
      after: task.page,
      // Replies stand in the same list as what they answer.
      ...(isComments ? { filter: 'stream', order: 'reverse_chronological' } : {}),
    }
    const answer = await graph.call(`/${isComments ? postId : pageId}/${task.api}`, { query }, signal)
    const reading = createReading()
    const about = { pageId, brands: options.accounts[pageId] ?? [], since, ...(postId ? { postId } : {}) }
    const page = readGraphPage(answer.value, isComments ? 'comments' : 'posts', about, reading)
    const followed = clock.now() - options.followDays * day
    const goesOn = page.after !== undefined && page.oldest >= (isComments ? since : followed)
    return {
      delivery: reading.delivery(),
      tasks: [
        ...commentTasks(page.posts, pageId, followed),
        ...(goesOn && page.after ? [{ ...task, page: page.after }] : []),
      ],
    }
  }

  return createSweep({
    clock,
    intervalMs: options.pollSeconds * second,
    firstLookBackMs: options.firstLookBackHours * hour,
    roots: () =>
      pages.flatMap((subject) => [
        { api: 'published_posts', subject },
        { api: 'tagged', subject },
      ]),
    visit,
  })
}

function commentTasks(posts: readonly FoundPost[], pageId: string, followed: number): SweepTask[] {
  return posts
    .filter(({ at }) => at >= followed)
    .map(({ id }) => ({ api: 'comments', subject: `${pageId}/${id}` }))
}

function decodeAnswer(api: string, body: Uint8Array, { accounts }: FacebookConfig): Delivery {
  const kind = api === 'comments' ? 'comments' : 'posts'
  const { id, brands } = soleAccount(accounts)
  const context = { brands, since: 0, ...(id === undefined ? {} : { pageId: id }) }
  return readJson(body, (value, reading) => void readGraphPage(value, kind, context, reading))
}
