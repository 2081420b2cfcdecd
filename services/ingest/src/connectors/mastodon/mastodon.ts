import { secret } from '@nabiz/shared/config'
import { hour, second } from '@nabiz/shared/time'
import { z } from 'zod'
import { type Check, defineConnector } from '../connector.ts'
import type { ApiClient } from '../shared/api-client.ts'
import { ask } from '../shared/ask.ts'
import { errorAnswer } from '../shared/error-answer.ts'
import { parseJson } from '../shared/parse-json.ts'
import { createSweep, type SweepTask } from '../shared/sweep.ts'
import { createMastodonApi, streamingUrlOf } from './api.ts'
import { type EventContext, readFrames, readList } from './events.ts'
import { fullName, type KnownStatus } from './status.ts'
import { createMastodonStream, type Subscribed } from './stream.ts'

/** Statuses whose ids are kept in memory, so that their deletes are understood. */
const mostKnown = 50_000
const timelines = ['public', 'public:local', 'public:remote'] as const

const config = z
  .strictObject({
    /** The instance. */
    baseUrl: z.url({ protocol: /^https?$/ }),
    /** Token of an account there: streams are open to accounts alone. */
    accessToken: secret,
    /** Without `#`. */
    hashtags: z
      .array(z.string().regex(/^[\p{L}\p{N}_]{1,100}$/u, 'a hashtag without #'))
      .max(50)
      .default([]),
    /** Everything the instance sees, or its own or the others' part of it. */
    timelines: z.array(z.enum(timelines)).default([]),
    /** What names the account of the token, private messages included. */
    notifications: z.boolean().default(true),
    /** `@name@host` of the brand: what they write raises no alarm. */
    own: z.array(z.string().regex(/^@?[^@\s]+@[^@\s]+$/, 'an account, such as "@name@host"')).default([]),
    /** Time between two sweeps, s. */
    pollSeconds: z.int().min(30).max(86_400).default(300),
    firstLookBackHours: z.int().min(0).max(720).default(24),
  })
  .refine((given) => given.hashtags.length + given.timelines.length > 0 || given.notifications, {
    path: ['hashtags'],
    error: 'something to look at: hashtags, timelines or notifications',
  })
type MastodonConfig = z.output<typeof config>

/** Mastodon: hashtags, timelines and mentions as one instance sees them, live and by polling. */
export const mastodon = defineConnector({
  platform: 'mastodon',
  description: {
    title: 'Mastodon',
    ways: ['stream', 'polling'],
    sees: {
      comments: true,
      mentionsByStrangers: true,
      privateMessages: true,
      deletes: true,
      edits: true,
      metrics: false,
    },
    partly: ['posts: that the instance was sent', 'edits and deletes: live, not those that a gap held'],
    needs: ['an account on an instance', 'a token of it with read:statuses and read:notifications'],
    apis: {
      tag: 'GET /api/v1/timelines/tag/<hashtag>',
      public: 'GET /api/v1/timelines/public',
      notifications: 'GET /api/v1/notifications',
      events: 'messages of the stream, one a line',
    },
  },
  config,
  bare: {
    config: { baseUrl: 'https://mastodon.invalid', accessToken: { env: 'TOKEN' } },
    environment: { TOKEN: 'none' },
  },
  create(options, context) {
    const events = createEventContext(options)
    const api = createMastodonApi(context, options.baseUrl, options.accessToken)
    const poll = createSweep({
      clock: context.clock,
      intervalMs: options.pollSeconds * second,
      firstLookBackMs: options.firstLookBackHours * hour,
      roots: () => rootsOf(options),
      async visit(task, since, signal) {
        const { path, query } = pageOf(task)
        const { value, body } = await api.call(
          path,
          { query: { ...query, limit: 40, max_id: task.page } },
          signal,
        )
        const delivery = readList(task.api, value, body, events)
        // Edited and reblogged ones may be older than what follows: the last alone tells where the page ends.
        const last = lastOf(value)
        const isOld =
          delivery.items.length > 0 && delivery.items.every(({ createdAt = since }) => createdAt < since)
        return { delivery, tasks: last === undefined || isOld ? [] : [{ ...task, page: last }] }
      },
    })
    const stream = createMastodonStream({
      context,
      api,
      baseUrl: options.baseUrl,
      token: options.accessToken,
      streams: streamsOf(options),
      events,
    })
    return {
      ways: [stream, poll],
      decode: (name, body) =>
        name === 'events'
          ? readFrames(
              Buffer.from(body)
                .toString('utf8')
                .split('\n')
                .filter((line) => line.trim() !== ''),
              events,
            )
          : readList(name, parseJson(body), body, events),
      errorIn: errorAnswer(z.looseObject({ error: z.string() }), ({ error }) => error),
      check: (signal) => check(api, options, signal),
    }
  },
})

function rootsOf({ hashtags, timelines: wanted, notifications }: MastodonConfig): SweepTask[] {
  return [
    ...(notifications ? [{ api: 'notifications' }] : []),
    ...hashtags.map((subject) => ({ api: 'tag', subject })),
    ...wanted.map((subject) => ({ api: 'public', subject })),
  ]
}

function streamsOf({ hashtags, timelines: wanted, notifications }: MastodonConfig): Subscribed[] {
  return [
    ...(notifications ? [{ stream: 'user:notification' }] : []),
    ...hashtags.map((tag) => ({ stream: 'hashtag', tag })),
    ...wanted.map((stream) => ({ stream })),
  ]
}

function pageOf({ api, subject = '' }: SweepTask): { path: string; query: Record<string, string> } {
  if (api === 'notifications') return { path: '/api/v1/notifications', query: { 'types[]': 'mention' } }
  if (api === 'tag') return { path: `/api/v1/timelines/tag/${encodeURIComponent(subject)}`, query: {} }
  const part = subject.split(':')[1]
  return { path: '/api/v1/timelines/public', query: part ? { [part]: 'true' } : {} }
}

function lastOf(value: unknown): string | undefined {
  const last: unknown = Array.isArray(value) ? value.at(-1) : undefined
  return z.looseObject({ id: z.string().min(1).max(100) }).safeParse(last).data?.id
}

function createEventContext({ baseUrl, own }: MastodonConfig): EventContext {
  const { host } = new URL(baseUrl)
  const known = new Map<string, KnownStatus>()
  return {
    host,
    own: new Set(own.map((name) => fullName(name, host))),
    known: (id) => known.get(id),
    learn(id, status) {
      known.delete(id)
      known.set(id, status)
      const [oldest] = known.size > mostKnown ? known.keys() : []
      if (oldest !== undefined) known.delete(oldest)
    },
  }
}

async function check(api: ApiClient, options: MastodonConfig, signal: AbortSignal): Promise<Check[]> {
  await api.call('/api/v1/accounts/verify_credentials', {}, signal)
  const address = await streamingUrlOf(api, options.baseUrl, signal)
  const checks: Check[] = [
    { what: 'the token', isOk: true },
    { what: `the stream, at ${new URL(address).host}`, isOk: true },
  ]
  for (const root of rootsOf(options)) {
    const { path, query } = pageOf(root)
    checks.push(
      await ask(
        `reading ${[root.api, root.subject].filter(Boolean).join(' ')}`,
        () => api.call(path, { query: { ...query, limit: 1 } }, signal),
        {
          refused: 'refused: the token lacks read:statuses or read:notifications; make a new one',
          absent: 'the instance does not show it',
        },
      ),
    )
  }
  return checks
}
