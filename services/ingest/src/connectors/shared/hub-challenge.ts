import type { Secret } from '@nabiz/shared/config'
import type { Refusal, WebhookAnswer, WebhookRequest } from '../connector.ts'
import { isSame } from './signatures.ts'
import { refusal } from './signed-webhook.ts'

/** What a challenge may look like; longer ones are nobody's. */
const challengeShape = /^[\x20-\x7e]{1,1024}$/

/**
 * The handshake of Meta's webhooks: `hub.mode=subscribe`, the verify token, and a challenge that is sent back as plain
 * text, so that a browser never takes it for a page.
 */
export function hubChallenge(verifyToken: Secret): (request: WebhookRequest) => Refusal | WebhookAnswer {
  return function handshake({ query }) {
    const token = query['hub.verify_token'] ?? ''
    const isRight = isSame(token, verifyToken.reveal())
    if (query['hub.mode'] !== 'subscribe' || !isRight)
      return refusal('handshake_wrong', 403, 'wrong mode or verify token')
    const challenge = query['hub.challenge'] ?? ''
    if (!challengeShape.test(challenge))
      return refusal('handshake_wrong', 400, 'no challenge that can be sent back')
    return { status: 200, body: challenge, contentType: 'text/plain; charset=utf-8' }
  }
}
