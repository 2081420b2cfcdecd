import { hour, minute, second } from '@nabiz/shared/time'
import { z } from 'zod'
import type { ConnectorContext, Delivery, Poll, PollerWay } from '../connector.ts'
import type { ApiClient } from '../shared/api-client.ts'
import { asked, dueOf, type Followed, follow, followedShape } from '../shared/followed.ts'
import { readCursor } from '../shared/read-cursor.ts'
import { createReading } from '../shared/reading.ts'
import { createSweep, type SweepTask, type Visit } from '../shared/sweep.ts'
import type { RedditConfig } from './config.ts'
import { readListing } from './things.ts'

const pageSize = 100
/** Things are listed late when the site is slow. */
const overlapMs = 10 * minute

/** Ages at which a thing is asked about again, ms. */
const redditAges = [10 * minute, 1 * hour, 6 * hour, 24 * hour]

const cursorShape = z.object({ sweep: z.string().optional(), followed: followedShape })

/**
 * Sweeps listings from the newest on, with `after` alone: a listing before a thing that was deleted is empty for ever.
 * Nothing tells of edits and deletes, so what was seen is asked about again, a hundred things a call.
 */
export function createPoll(
  api: ApiClient,
  own: ReadonlySet<string>,
  options: RedditConfig,
  { clock }: ConnectorContext,
): PollerWay {
  const following = { ages: redditAges, most: options.followItems }
  let followed: Followed = []
  const isKnown = (name: string) => followed.some(([known]) => known === name)

  /** Brands by the place a thing was found at: `r/NAME`, `search QUERY`. */
  function brandsOf(place: string): readonly string[] {
    const [, name] = /^r\/(.+)$/.exec(place) ?? []
    if (name !== undefined) return options.subreddits[name] ?? []
    return options.searches.find(({ query }) => place === `search ${query}`)?.brands ?? []
  }

  const contextOf = (place: string, since: number) => ({
    brands: brandsOf(place),
    own,
    since,
    isKnown,
    areCommentsRead: place.startsWith('r/'),
  })

  async function visit(task: SweepTask, since: number, signal: AbortSignal): Promise<Visit> {
    const subject = task.subject ?? ''
    const isSearch = task.api === 'search'
    const place = isSearch ? `search ${subject}` : `r/${subject}`
    const query = {
      limit: pageSize,
      after: task.page,
      ...(isSearch ? { q: subject, sort: 'new', type: 'link' } : {}),
    }
    const path = isSearch ? '/search' : `/r/${encodeURIComponent(subject)}/${task.api}`
    const { value } = await api.call(path, { query }, signal)
    const reading = createReading()
    const page = readListing(value, contextOf(place, since), reading)
    const found = page.found.map(({ name }) => ({ name, place, at: clock.now() }))
    followed = follow(followed, found, clock.now(), following)
    const goesOn = page.after !== undefined && page.oldest >= since
    return {
      delivery: reading.delivery(),
      tasks: goesOn && page.after !== undefined ? [{ ...task, page: page.after }] : [],
    }
  }

  /** Looks again at what was seen. */
  async function lookAgain(place: string, names: readonly string[], signal: AbortSignal): Promise<Delivery> {
    const { value } = await api.call('/api/info', { query: { id: names.join(',') } }, signal)
    const reading = createReading()
    readListing(value, contextOf(place, 0), reading)
    const delivery = reading.delivery()
    const deleted = delivery.items.filter(({ operation }) => operation === 'delete').map(({ id }) => id)
    followed = asked(followed, names, new Set(deleted), clock.now(), following)
    return delivery
  }

  const sweep = createSweep({
    clock,
    intervalMs: options.pollSeconds * second,
    firstLookBackMs: options.firstLookBackHours * hour,
    overlapMs,
    roots: () => [
      ...Object.keys(options.subreddits).flatMap((subject) => [
        { api: 'new', subject },
        { api: 'comments', subject },
      ]),
      ...options.searches.map(({ query }) => ({ api: 'search', subject: query })),
    ],
    visit,
  })

  // What is new goes first; a sweep is done before anything is asked about again.
  let isSwept = false

  return {
    way: 'poller',
    intervalMs: options.pollSeconds * second,
    async poll(stored, signal): Promise<Poll> {
      const cursor = readCursor(cursorShape, stored) ?? { followed: [] }
      followed = cursor.followed
      const { place, names } = dueOf(followed, clock.now(), pageSize, following)
      if (isSwept && names.length > 0) {
        const delivery = await lookAgain(place, names, signal)
        const isMore = dueOf(followed, clock.now(), pageSize, following).names.length > 0
        isSwept = isMore
        return { delivery, cursor: write(cursor.sweep), more: isMore, lagMs: 0 }
      }
      const poll = await sweep.poll(cursor.sweep, signal)
      isSwept = !poll.more
      const isDue = isSwept && dueOf(followed, clock.now(), pageSize, following).names.length > 0
      return { ...poll, cursor: write(poll.cursor), more: poll.more || isDue }
    },
  }

  function write(swept: string | undefined): string {
    return JSON.stringify({ ...(swept === undefined ? {} : { sweep: swept }), followed })
  }
}
