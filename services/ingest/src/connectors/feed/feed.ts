import { secret } from '@nabiz/shared/config'
import { mentionKinds } from '@nabiz/shared/contracts'
import { DependencyError } from '@nabiz/shared/errors'
import { z } from 'zod'
import { type Check, type ConnectorContext, defineConnector } from '../connector.ts'
import { fetchFeed } from './fetch-feed.ts'
import { parseDocument } from './parse-document.ts'
import { createFeedPoll } from './poll.ts'
import { createSubscription } from './subscription.ts'
import { readFeed } from './to-delivery.ts'
import { callbackOf, createWebSub } from './websub.ts'

const address = z.url({ protocol: /^https?$/, error: 'an http or https address' })

const config = z.strictObject({
  /** The feed: RSS, RDF, Atom or JSON Feed. */
  url: address,
  /** Asked in place of the host in `url`: a proxy of your own. */
  baseUrl: address.optional(),
  /** Time between two looks, s; a server that asks for more patience gets it, up to an hour. */
  pollSeconds: z.int().min(60).max(86_400).default(600),
  /** What an entry is. */
  kind: z.enum(mentionKinds).exclude(['message']).default('article'),
  /** The brand's own feed: what it says raises no alarm. */
  own: z.boolean().default(false),
  /** Have the feed's hub push what is new, where it has one. */
  websub: z
    .strictObject({
      /** How the hub reaches this account's webhook. */
      callbackUrl: address,
      /** Signs what the hub sends; of this feed alone. The first is given to the hub. */
      secrets: z.tuple(
        [secret.refine((value) => isShort(value.reveal()), { error: 'a secret of 1 to 199 bytes' })],
        secret.refine((value) => isShort(value.reveal()), { error: 'a secret of 1 to 199 bytes' }),
      ),
      /** How long the hub is asked to push before it must be asked again, s. */
      leaseSeconds: z.int().min(60).max(2_592_000).default(864_000),
    })
    .optional(),
})
type FeedConfig = z.output<typeof config>

/** Anything with a feed: RSS, RDF, Atom, JSON Feed by polling; pushed by its hub where it has one (WebSub). */
export const feed = defineConnector({
  platform: 'feed',
  description: {
    title: 'RSS, Atom, JSON Feed',
    ways: ['webhook', 'polling'],
    sees: {
      comments: false,
      mentionsByStrangers: true,
      privateMessages: false,
      deletes: true,
      edits: true,
      metrics: false,
    },
    partly: ['deletes: Atom’s tombstones'],
    needs: ['the address of a feed', 'for push: a hub that the feed names, and an address it can reach'],
    apis: { feed: 'GET of the feed itself' },
  },
  config,
  bare: {
    config: {
      url: 'https://feed.invalid/feed.xml',
      websub: { callbackUrl: 'https://nabiz.invalid/webhooks/feed/main', secrets: [{ env: 'SECRET' }] },
    },
    environment: { SECRET: 'none' },
  },
  create(options, context) {
    const { url, kind, own, websub } = options
    const reading = { url, kind, own }
    const common = {
      decode: (_api: string, body: Uint8Array) => readFeed(body, reading),
      check: (signal: AbortSignal) => checkFeed(options, context, signal),
    }
    const subscription =
      websub &&
      createSubscription({
        context,
        callback: callbackOf(websub.callbackUrl, websub.secrets[0], url),
        secret: websub.secrets[0],
        leaseSeconds: websub.leaseSeconds,
      })
    const poll = createFeedPoll({
      ...reading,
      startUrl: startOf(options),
      pollSeconds: options.pollSeconds,
      context,
      subscription,
    })
    if (!websub || !subscription) return { ...common, ways: [poll] }
    return { ...common, ways: [createWebSub({ ...reading, secrets: websub.secrets, subscription }), poll] }
  },
})

/** Hubs refuse secrets of 200 bytes and more. */
function isShort(value: string): boolean {
  const bytes = Buffer.byteLength(value)
  return bytes > 0 && bytes < 200
}

function startOf({ url, baseUrl }: FeedConfig): string {
  if (baseUrl === undefined) return url
  const { pathname, search } = new URL(url)
  return `${baseUrl.replace(/\/+$/, '')}${pathname}${search}`
}

async function checkFeed(
  options: FeedConfig,
  context: ConnectorContext,
  signal: AbortSignal,
): Promise<Check[]> {
  const fetched = await fetchFeed(startOf(options), {}, context, signal)
  if (fetched.kind !== 'feed') {
    const detail = 'it is gone for good (410); give another url'
    return [{ what: 'the feed', isOk: false, detail }]
  }
  const document = parseDocument(fetched.body, fetched.url, fetched.contentType)
  if (!document) {
    throw new DependencyError('platform_protocol', 'what came is no feed', { retryable: true })
  }
  const checks: Check[] = [{ what: `the feed, ${document.entries.length} entries`, isOk: true }]
  if (options.websub) {
    const hub = fetched.hub ?? document.hub
    checks.push(
      hub
        ? { what: `a hub, ${new URL(hub).host}`, isOk: true }
        : { what: 'a hub', isOk: false, detail: 'the feed names none; take websub out, it is polled' },
    )
  }
  return checks
}
