import { createHmac } from 'node:crypto'
import type { Secret } from '@nabiz/shared/config'
import type { RefusalReason, WebhookRequest, WebhookWay } from '../connector.ts'
import { hasSigned, isSame } from '../shared/signatures.ts'
import { jsonAnswer, refusal } from '../shared/signed-webhook.ts'
import type { Subscription } from './subscription.ts'
import { readFeed, type ToDeliveryOptions } from './to-delivery.ts'

const methods = ['sha1', 'sha256', 'sha384', 'sha512'] as const
const challengeShape = /^[\x20-\x7e]{1,1024}$/

export interface WebSubOptions extends ToDeliveryOptions {
  /** The first is given to the hub; the others are still taken. */
  secrets: readonly [Secret, ...Secret[]]
  subscription: Pick<Subscription, 'confirm' | 'deny'>
}

/** The address a hub is given: the account's webhook with a key that nobody can guess and a replica need not remember. */
export function callbackOf(address: string, secret: Secret, feed: string): string {
  const url = new URL(address)
  url.searchParams.set('key', keyOf(secret, feed))
  return url.href
}

function keyOf(secret: Secret, feed: string): string {
  return createHmac('sha256', secret.reveal()).update(`callback\0${feed}`).digest('base64url')
}

/** What a hub calls: GET to confirm or deny a subscription, POST with the feed or what is new in it. */
export function createWebSub(options: WebSubOptions): WebhookWay {
  const { secrets, subscription } = options
  return {
    way: 'webhook',
    // Nobody calls it where the feed cannot be read, which names its hub: polling says how the account is.
    isControl: true,
    authenticate(request) {
      if (request.method === 'GET') {
        return hasKey(request) ? undefined : refusal('handshake_wrong', 404, 'not a subscription of ours')
      }
      const reason = reasonToRefuse(request)
      // A forger learns nothing from it; to a hub an error would mean "send it again".
      return reason && { reason, answer: jsonAnswer(200, {}) }
    },
    async handle(request, accept, refuse) {
      if (request.method === 'POST') {
        return jsonAnswer(200, await accept(readFeed(request.body, options, request.headers['content-type'])))
      }
      const { query } = request
      const topic = query['hub.topic'] ?? ''
      if (query['hub.mode'] === 'denied' && (await subscription.deny(topic))) return { status: 200 }
      const challenge = query['hub.challenge'] ?? ''
      const lease = query['hub.lease_seconds'] ?? ''
      const isWhole = challengeShape.test(challenge) && /^[1-9]\d{0,9}$/.test(lease)
      if (query['hub.mode'] === 'subscribe' && isWhole && (await subscription.confirm(topic, Number(lease))))
        return { status: 200, body: challenge, contentType: 'text/plain; charset=utf-8' }
      refuse('handshake_wrong')
      return jsonAnswer(404, { error: 'not a subscription of ours' })
    },
  }

  function hasKey({ query }: WebhookRequest): boolean {
    // Every secret is tried: the hub holds the address that an older one made until the lease ends.
    return secrets.map((secret) => isSame(query.key ?? '', keyOf(secret, options.url))).includes(true)
  }

  function reasonToRefuse(request: WebhookRequest): RefusalReason | undefined {
    const header = request.headers['x-hub-signature']
    if (!header) return 'signature_missing'
    const at = header.indexOf('=')
    const algorithm = methods.find((method) => method === header.slice(0, at))
    // The signature alone is proof; a key that is another's shows a delivery that is not for this feed.
    const isMisdirected = request.query.key !== undefined && !hasKey(request)
    if (!algorithm || isMisdirected) return 'signature_wrong'
    const how = { algorithm, encoding: 'hex' } as const
    return hasSigned(header.slice(at + 1), request.body, secrets, how) ? undefined : 'signature_wrong'
  }
}
