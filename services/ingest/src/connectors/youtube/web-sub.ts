import type { Secret } from '@nabiz/shared/config'
import { DependencyError } from '@nabiz/shared/errors'
import { day } from '@nabiz/shared/time'
import type {
  ConnectorContext,
  Delivery,
  PollerWay,
  Refusal,
  WebhookRequest,
  WebhookWay,
} from '../connector.ts'
import { hasSigned } from '../shared/signatures.ts'

/** Subscriptions are asked for this often, ms, and for this long, s: a lease never runs out while we are up. */
const renewEveryMs = 1 * day
const leaseSeconds = 5 * 86_400

/** Both forms of a channel's topic are in use. */
const topics = [
  'https://www.youtube.com/xml/feeds/videos.xml?channel_id=',
  'https://www.youtube.com/feeds/videos.xml?channel_id=',
]
const algorithms = { sha1: 'sha1', sha256: 'sha256', sha384: 'sha384', sha512: 'sha512' } as const
const challengeShape = /^[\x20-\x7e]{1,2048}$/

export interface WebSubOptions {
  channelIds: readonly string[]
  callbackUrl: string
  hubUrl: string
  secrets: readonly Secret[]
}

/** Pushed by a WebSub hub. A forger is answered as a friend is, and nothing of it is kept. */
export function createWebSubWebhook(
  { channelIds, secrets }: Pick<WebSubOptions, 'channelIds' | 'secrets'>,
  read: (body: Uint8Array) => Delivery,
): WebhookWay {
  const asked = new Set(channelIds.flatMap((id) => topics.map((topic) => topic + id)))

  function verify({ headers, body }: WebhookRequest): Refusal['reason'] | undefined {
    const [method = '', signature] = (headers['x-hub-signature'] ?? '').split('=', 2)
    if (method === '') return 'signature_missing'
    if (signature === undefined || !(method in algorithms)) return 'signature_wrong'
    const algorithm = algorithms[method as keyof typeof algorithms]
    return hasSigned(signature, body, secrets, { algorithm, encoding: 'hex' }) ? undefined : 'signature_wrong'
  }

  function isAsked({ query }: WebhookRequest): boolean {
    const challenge = query['hub.challenge'] ?? ''
    return (
      query['hub.mode'] === 'subscribe' &&
      asked.has(query['hub.topic'] ?? '') &&
      challengeShape.test(challenge)
    )
  }

  return {
    way: 'webhook',
    // New videos alone come this way: while the comments cannot be polled the account is not well.
    isControl: true,
    authenticate(request) {
      if (request.method === 'GET') {
        const unasked = { status: 404, body: '{"error":"nobody asked for this topic"}' }
        return isAsked(request) ? undefined : { reason: 'handshake_wrong', answer: unasked }
      }
      const reason = verify(request)
      return reason && { reason, answer: thanks }
    },
    async handle(request, accept, refuse) {
      if (request.method === 'GET') {
        if (!isAsked(request)) {
          refuse('handshake_wrong')
          return { status: 404 }
        }
        const body = request.query['hub.challenge'] ?? ''
        return { status: 200, body, contentType: 'text/plain; charset=utf-8' }
      }
      await accept(read(request.body))
      return thanks
    },
  }
}

const thanks = { status: 200, body: '' }

/** Asks the hub for the channels' feeds, anew each day. */
export function createSubscriptions(
  { channelIds, callbackUrl, hubUrl, secrets }: WebSubOptions,
  { outgoing }: Pick<ConnectorContext, 'outgoing'>,
): PollerWay {
  return {
    way: 'poller',
    intervalMs: renewEveryMs,
    async poll(cursor, signal) {
      // Which channel is next: a fault in the middle does not begin with the first again.
      const index = Number(cursor ?? 0) % Math.max(1, channelIds.length)
      const channelId = channelIds[index]
      if (channelId !== undefined) await subscribe(channelId, signal)
      const more = index + 1 < channelIds.length
      return { delivery: { items: [] }, cursor: String(more ? index + 1 : 0), more, lagMs: 0 }
    },
  }

  async function subscribe(channelId: string, signal: AbortSignal): Promise<void> {
    const form = new URLSearchParams({
      'hub.callback': callbackUrl,
      'hub.mode': 'subscribe',
      'hub.topic': `${topics[0]}${channelId}`,
      'hub.verify': 'async',
      'hub.lease_seconds': String(leaseSeconds),
      'hub.secret': secrets[0]?.reveal() ?? '',
    })
    const { status } = await outgoing.request({
      method: 'POST',
      url: hubUrl,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: String(form),
      timeoutMs: 20_000,
      signal,
    })
    if (status >= 200 && status < 300) return
    throw new DependencyError('http_status', `the hub answered with ${status}`, {
      retryable: status >= 500 || status === 429,
    })
  }
}
