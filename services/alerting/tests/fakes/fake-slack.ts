import { z } from 'zod'
import { type FakeServer, jsonAnswer, type Received, startFakeServer } from './fake-http.ts'

const plain = (limit: number) =>
  z.strictObject({
    type: z.literal('plain_text'),
    text: z.string().min(1).max(limit),
    emoji: z.boolean().optional(),
  })
const mrkdwn = (limit: number) =>
  z.strictObject({
    type: z.literal('mrkdwn'),
    text: z.string().min(1).max(limit),
    verbatim: z.boolean().optional(),
  })
const text = (limit: number) => z.discriminatedUnion('type', [plain(limit), mrkdwn(limit)])
const button = z.strictObject({
  type: z.literal('button'),
  text: plain(75),
  url: z.url().max(3_000).optional(),
  style: z.enum(['primary', 'danger']).optional(),
})
const section = z
  .strictObject({
    type: z.literal('section'),
    text: text(3_000).optional(),
    fields: z.array(text(2_000)).min(1).max(10).optional(),
    accessory: button.optional(),
  })
  .refine((value) => value.text !== undefined || value.fields !== undefined)
const block = z.union([
  z.strictObject({ type: z.literal('header'), text: plain(150) }),
  section,
  z.strictObject({ type: z.literal('divider') }),
  z.strictObject({ type: z.literal('context'), elements: z.array(text(2_000)).min(1).max(10) }),
  z.strictObject({ type: z.literal('actions'), elements: z.array(button).min(1).max(25) }),
])

const message = z.strictObject({
  channel: z.string().optional(),
  text: z.string().min(1).max(40_000),
  blocks: z.array(block).max(50),
  mrkdwn: z.boolean().optional(),
  parse: z.enum(['none', 'full']).optional(),
  link_names: z.boolean().optional(),
  unfurl_links: z.boolean().optional(),
  unfurl_media: z.boolean().optional(),
})
export type SlackPost = z.infer<typeof message>

/** Slack: `/api/chat.postMessage` and `/api/auth.test` for one bot token, and one incoming webhook. */
export interface FakeSlack extends FakeServer {
  apiUrl: string
  webhookUrl: string
  posts: SlackPost[]
  /** The next call of the API answers 200 with `ok: false` and this error. */
  fail(error: string): void
}

export async function startFakeSlack(options: {
  token: string
  channel: string
  /** The secret end of the incoming webhook's path. */
  hook: string
}): Promise<FakeSlack> {
  const posts: SlackPost[] = []
  const no = (error: string) => jsonAnswer(200, { ok: false, error })

  const server = await startFakeServer((request: Received) => {
    if (request.method !== 'POST') return { status: 405 }
    const parsed = message.safeParse(JSON.parse(request.body))
    if (request.path === `/services/${options.hook}`) {
      if (!parsed.success) return { status: 400, body: 'invalid_blocks' }
      posts.push(parsed.data)
      return { status: 200, body: 'ok' }
    }
    if (!request.path.startsWith('/api/')) return { status: 404, body: 'no_service' }
    if (request.headers.authorization !== `Bearer ${options.token}`) return no('invalid_auth')
    if (request.path === '/api/auth.test') return jsonAnswer(200, { ok: true })
    if (request.path !== '/api/chat.postMessage') return no('unknown_method')
    if (!parsed.success) return no('invalid_blocks')
    if (parsed.data.channel !== options.channel) return no('channel_not_found')
    posts.push(parsed.data)
    return jsonAnswer(200, { ok: true, channel: options.channel, ts: `1785065640.${posts.length}` })
  })
  return {
    ...server,
    apiUrl: `${server.origin}/api/`,
    webhookUrl: `${server.origin}/services/${options.hook}`,
    posts,
    fail: (error) => server.trouble(no(error)),
  }
}

/** Every text object of a post, at any depth. */
export function textsOf(post: SlackPost): { type: string; text: string }[] {
  const found: { type: string; text: string }[] = []
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    if ('type' in value && 'text' in value && typeof value.text === 'string') {
      found.push({ type: String(value.type), text: value.text })
    }
    Object.values(value).forEach(walk)
  }
  walk(post.blocks)
  return found
}
