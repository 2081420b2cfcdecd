import { brandId } from '@nabiz/shared/contracts'
import { second } from '@nabiz/shared/time'
import { z } from 'zod'
import { type Check, type ConnectorContext, defineConnector } from '../connector.ts'
import { ask } from '../shared/ask.ts'
import { errorAnswer } from '../shared/error-answer.ts'
import { readEvents } from './events.ts'
import { createBlueskySearch, createSearchClient, decodeSearch, searchPath } from './search.ts'
import { createBlueskyStream } from './stream.ts'

const config = z.strictObject({
  /** A Jetstream server. */
  baseUrl: z.url({ protocol: /^wss?$/ }).default('wss://jetstream2.us-east.bsky.network'),
  /** v1: `/subscribe`, which all servers answer. v2: `network.bsky.jetstream.subscribeEvents`. */
  protocol: z.enum(['v1', 'v2']).default('v1'),
  /** The brand's own accounts: DID → brands. Their posts are own; what names, answers or quotes them is about the brands. */
  accounts: z
    .record(z.string().regex(/^did:[a-z]+:\S+$/, 'a DID, such as "did:plc:abc"'), z.array(brandId))
    .default({}),
  /** What a search asks for, to make up for more than Jetstream keeps; none: the stream alone. */
  searches: z.array(z.string().min(1).max(200)).max(50).default([]),
  /** The server that is asked. */
  searchUrl: z.url({ protocol: /^https?$/ }).default('https://public.api.bsky.app'),
  /** Time between two rounds of searches, s. */
  pollSeconds: z.int().min(30).max(86_400).default(600),
  firstLookBackHours: z.int().min(0).max(720).default(24),
  /** Silence after which the line is taken for dead, s; the network is never silent for so long. */
  silenceSeconds: z.int().min(5).max(600).default(60),
})
type BlueskyConfig = z.output<typeof config>

/** Bluesky: every post of the network over Jetstream; searches make up for what it no longer has. */
export const bluesky = defineConnector({
  platform: 'bluesky',
  description: {
    title: 'Bluesky',
    ways: ['stream', 'polling'],
    sees: {
      comments: true,
      mentionsByStrangers: true,
      privateMessages: false,
      deletes: true,
      edits: true,
      metrics: false,
    },
    needs: ['nothing: the stream is open to all'],
    apis: {
      events: 'messages of the stream, one a line',
      searchPosts: 'GET /xrpc/app.bsky.feed.searchPosts',
    },
  },
  config,
  bare: { config: {}, environment: {} },
  create(options, context) {
    const { accounts } = options
    const stream = createBlueskyStream({ ...options, context, silenceMs: options.silenceSeconds * second })
    return {
      ways: options.searches.length > 0 ? [stream, createBlueskySearch({ ...options, context })] : [stream],
      decode: (api, body) =>
        api === 'searchPosts' ? decodeSearch(body, accounts) : readEvents(linesOf(body), accounts).delivery,
      errorIn: errorAnswer(failed, ({ error }) => error),
      check: (signal) => check(options, context, signal),
    }
  },
})

/** Of a search; the stream's frames are told by the stream. */
const failed = z.looseObject({ error: z.string(), $type: z.undefined().optional() })

function linesOf(body: Uint8Array): string[] {
  const lines = Buffer.from(body).toString('utf8').split('\n')
  return lines.filter((line) => line.trim() !== '')
}

async function check(
  options: BlueskyConfig,
  context: ConnectorContext,
  signal: AbortSignal,
): Promise<Check[]> {
  const ended = new AbortController()
  const checks: Check[] = []
  const stream = createBlueskyStream({
    ...options,
    context,
    silenceMs: 20 * second,
  })
  let isHeard = false
  await stream.run(
    undefined,
    async () => {
      isHeard = true
      ended.abort()
    },
    AbortSignal.any([signal, ended.signal]),
  )
  checks.push({ what: `the stream of ${new URL(options.baseUrl).host}`, isOk: isHeard })
  const [first] = options.searches
  if (first !== undefined) {
    const search = createSearchClient({ ...options, context })
    checks.push(
      await ask('searching', () => search.call(searchPath, { query: { q: first, limit: 1 } }, signal), {
        refused: 'the server lets nobody search without a session; take searches out, the stream suffices',
      }),
    )
  }
  return checks
}
