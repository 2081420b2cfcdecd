import { hour, minute, second } from '@nabiz/shared/time'
import { z } from 'zod'
import { every } from '../../quotas/periods.ts'
import { observedInHeaders } from '../../quotas/rate-headers.ts'
import type { ConnectorContext, Delivery, PollerWay } from '../connector.ts'
import { type ApiClient, createApiClient } from '../shared/api-client.ts'
import { countOf, toMs } from '../shared/fields.ts'
import { parseJson } from '../shared/parse-json.ts'
import { createReading, faultsOf } from '../shared/reading.ts'
import { createSweep } from '../shared/sweep.ts'
import { type Accounts, postRecord, toItem } from './post.ts'

const callsIn5Minutes = 3_000

const view = z.looseObject({
  uri: z.string().regex(/^at:\/\/did:[^/]{1,200}\/[\w.]+\/[\w.~:-]{1,200}$/),
  author: z.looseObject({ did: z.string().min(1).max(250), followersCount: z.unknown().optional() }),
  record: postRecord,
  indexedAt: z.string(),
})
const answer = z.looseObject({ posts: z.array(z.unknown()), cursor: z.string().nullish() })

/** An answer of searchPosts. */
export function readSearch(value: unknown, body: Uint8Array, accounts: Accounts): Delivery {
  const reading = createReading()
  const read = answer.safeParse(value)
  if (!read.success) {
    reading.unreadable(value === undefined ? 'not_json' : 'schema', faultsOf(read.error, 'answer'), body)
    return reading.delivery()
  }
  for (const post of read.data.posts) {
    const one = view.safeParse(post)
    if (!one.success) {
      reading.unreadable('schema', faultsOf(one.error, 'posts', 'posts'), post)
      continue
    }
    const { uri, author, record, indexedAt, likeCount, repostCount, quoteCount, replyCount } = one.data
    const likes = countOf(likeCount)
    const shares = countOf(repostCount)
    const comments = countOf(replyCount)
    const engagement = {
      ...(likes === undefined ? {} : { likes }),
      ...(shares === undefined ? {} : { shares: shares + (countOf(quoteCount) ?? 0) }),
      ...(comments === undefined ? {} : { comments }),
    }
    const item = toItem({ did: author.did, uri, record, seenAt: toMs(indexedAt), engagement }, accounts)
    reading.item(item)
  }
  if (read.data.posts.length === 0) reading.ignore('not_content')
  return reading.delivery()
}

export interface BlueskySearchOptions {
  context: ConnectorContext
  searchUrl: string
  searches: readonly string[]
  pollSeconds: number
  firstLookBackHours: number
  accounts: Accounts
}

export function createSearchClient({
  context,
  searchUrl,
}: Pick<BlueskySearchOptions, 'context' | 'searchUrl'>): ApiClient {
  const quota = context.quota({ name: 'calls', limit: callsIn5Minutes, resetsAt: every(5 * minute) })
  return createApiClient({
    platform: 'bluesky',
    baseUrl: searchUrl,
    outgoing: context.outgoing,
    clock: context.clock,
    beforeCall: () => quota.take(),
    async observe({ headers }) {
      const seen = observedInHeaders(headers, context.clock.now(), 'ratelimit')
      if (seen) await quota.observe(seen)
    },
  })
}

export const searchPath = '/xrpc/app.bsky.feed.searchPosts'

/** What the stream missed: posts that a search finds, the newest first. */
export function createBlueskySearch(options: BlueskySearchOptions): PollerWay {
  const { context, accounts } = options
  const client = createSearchClient(options)
  return createSweep({
    clock: context.clock,
    intervalMs: options.pollSeconds * second,
    firstLookBackMs: options.firstLookBackHours * hour,
    roots: () => options.searches.map((subject) => ({ api: 'searchPosts', subject })),
    async visit(task, since, signal) {
      const query = {
        q: task.subject,
        sort: 'latest',
        limit: 100,
        since: new Date(since).toISOString(),
        cursor: task.page,
      }
      const { value, body } = await client.call(searchPath, { query }, signal)
      const delivery = readSearch(value, body, accounts)
      const next = answer.safeParse(value).data?.cursor
      const isNew = delivery.items.some(({ createdAt }) => createdAt === undefined || createdAt >= since)
      return { delivery, tasks: next && isNew ? [{ ...task, page: next }] : [] }
    },
  })
}

/** The body of an answer, for `nabiz decode`. */
export function decodeSearch(body: Uint8Array, accounts: Accounts): Delivery {
  return readSearch(parseJson(body), body, accounts)
}
