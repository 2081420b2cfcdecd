import { DependencyError } from '@nabiz/shared/errors'
import { hour, second } from '@nabiz/shared/time'
import { z } from 'zod'
import type { ConnectorContext, Delivery, Item, Poll, PollerWay } from '../connector.ts'
import { createReading } from '../shared/reading.ts'
import { fetchFeed } from './fetch-feed.ts'
import { parseDocument } from './parse-document.ts'
import type { Subscription } from './subscription.ts'
import { hashOf, type ToDeliveryOptions, toDelivery } from './to-delivery.ts'

/** Entries of a feed whose content is remembered; the rest is known by its id alone. */
const mostKnown = 1_500
/** A server may ask for no more patience than this. */
const longestFreshMs = 1 * hour
/** How often a feed that a hub pushes is looked at all the same: pushes get lost. */
const pushedEveryMs = 1 * hour
/** How often a subscription is looked after, ms. */
const careEveryMs = 15 * second

const cursorShape = z.object({
  /** The feed of the config this cursor is about. */
  of: z.string(),
  /** Where it is now, after redirects for good. */
  url: z.string(),
  etag: z.string().optional(),
  lastModified: z.string().optional(),
  nextAt: z.number(),
  hub: z.string().optional(),
  topic: z.string().optional(),
  /** Hash of each entry's id → hash of its content, as the feed showed them last. */
  known: z.record(z.string(), z.string()),
  gone: z.literal(true).optional(),
})
type Cursor = z.infer<typeof cursorShape>

export interface FeedPollOptions extends ToDeliveryOptions {
  /** Where it is first asked for. */
  startUrl: string
  pollSeconds: number
  context: Pick<ConnectorContext, 'clock' | 'outgoing'>
  subscription: Subscription | undefined
}

/**
 * Reads a feed again and again, and passes on what is new in it or reads otherwise than before. Looks after the
 * subscription at its hub.
 */
export function createFeedPoll(options: FeedPollOptions): PollerWay {
  const { context, subscription } = options
  const everyMs = options.pollSeconds * second
  const longestWaitMs = Math.max(everyMs, longestFreshMs, pushedEveryMs)

  return {
    way: 'poller',
    intervalMs: subscription ? Math.min(everyMs, careEveryMs) : everyMs,
    async poll(stored, signal) {
      const cursor = readCursor(stored, options.startUrl)
      if (cursor.gone)
        throw new DependencyError('http_status', 'the feed is gone (410); give another url', {
          retryable: false,
          retryAfterMs: 1 * hour,
        })
      if (cursor.hub && cursor.topic) await subscription?.care(cursor.hub, cursor.topic, signal)
      const left = cursor.nextAt - context.clock.now()
      // A time further off was set by a clock that has been put back since.
      if (left > 0 && left <= longestWaitMs) return { delivery: nothing, cursor: undefined, more: false }
      try {
        return await look(cursor, signal)
      } catch (err) {
        if (!(err instanceof DependencyError) || !mayWait(err) || !(await subscription?.isActive())) throw err
        // The hub pushes what is new: the look beside it can wait until the next.
        const waitMs = Math.min(Math.max(everyMs, err.retryAfterMs ?? 0), longestWaitMs)
        const nextAt = context.clock.now() + waitMs
        return { delivery: nothing, cursor: JSON.stringify({ ...cursor, nextAt }), more: false }
      }
    },
  }

  async function look(cursor: Cursor, signal: AbortSignal): Promise<Poll> {
    const startedAt = context.clock.now()
    const fetched = await fetchFeed(cursor.url, cursor, context, signal)
    if (fetched.kind === 'gone')
      return { delivery: nothing, cursor: JSON.stringify({ ...cursor, gone: true }), more: true }
    const isPushed = (await subscription?.isActive()) ?? false
    const waitMs = Math.max(everyMs, Math.min(fetched.freshMs, longestFreshMs), isPushed ? pushedEveryMs : 0)
    const nextAt = startedAt + waitMs
    if (fetched.kind === 'unchanged')
      return { delivery: nothing, cursor: JSON.stringify({ ...cursor, nextAt }), more: false }
    const document = parseDocument(fetched.body, fetched.url, fetched.contentType)
    if (!document)
      throw new DependencyError('platform_protocol', 'what came is no feed', {
        retryable: true,
        // It is not fetched at the pace of faults: it may be large, and broken for days.
        retryAfterMs: everyMs,
      })
    const delivery = toDelivery(document, options)
    const hub = fetched.hub ?? document.hub
    const next: Cursor = {
      of: options.startUrl,
      url: fetched.movedTo ?? cursor.url,
      ...fetched.validators,
      nextAt,
      ...(hub ? { hub, topic: fetched.self ?? document.self ?? fetched.url } : {}),
      known: Object.fromEntries(delivery.items.slice(0, mostKnown).map(fingerprint)),
    }
    return { delivery: changed(delivery, cursor.known), cursor: JSON.stringify(next), more: false }
  }
}

/** The site is away for a while; a feed that is closed to us, or is none any more, is no matter of waiting. */
function mayWait({ code, retryable }: DependencyError): boolean {
  return retryable && (code.startsWith('http_') || code === 'platform_rate_limited')
}

const nothing: Delivery = { items: [] }

/** A cursor about another address, or one that nobody can read, starts the feed anew. */
function readCursor(stored: string | undefined, of: string): Cursor {
  const first: Cursor = { of, url: of, nextAt: 0, known: {} }
  if (stored === undefined) return first
  try {
    const cursor = cursorShape.parse(JSON.parse(stored))
    return cursor.of === of ? cursor : first
  } catch {
    return first
  }
}

function fingerprint({ id, operation, text, permalink, revision }: Item): [string, string] {
  return [hashOf(id), hashOf(JSON.stringify([operation, text, permalink, revision]))]
}

/**
 * What the feed shows now and did not show before. An entry that reads otherwise and does not say since when gets its
 * content's hash for a revision.
 */
function changed(delivery: Delivery, known: Readonly<Record<string, string>>): Delivery {
  const reading = createReading()
  for (const item of delivery.items) {
    const [key, hash] = fingerprint(item)
    const before = known[key]
    if (before === hash) continue
    const isEdit = before !== undefined && item.revision === undefined && item.operation === 'upsert'
    reading.item(isEdit ? { ...item, revision: hash } : item)
  }
  return reading.delivery()
}
