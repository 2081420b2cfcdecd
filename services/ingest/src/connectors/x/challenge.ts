import { createHmac } from 'node:crypto'
import type { Secret } from '@nabiz/shared/config'
import type { Refusal, WebhookAnswer, WebhookRequest } from '../connector.ts'
import { jsonAnswer, refusal } from '../shared/signed-webhook.ts'

/**
 * Only what looks like a token is signed. Whoever could have any text signed, a whole delivery for one, would hold a
 * signature that passes for X's.
 */
const tokenShape = /^[A-Za-z0-9_\-+/=.]{1,256}$/

/** X asks now and then whether we know the secret: `crc_token` is answered with its HMAC under the app's secret. */
export function answerChallenge(
  secrets: readonly Secret[],
): (request: WebhookRequest) => Refusal | WebhookAnswer {
  return function handshake({ query }) {
    const token = query.crc_token ?? ''
    const [secret] = secrets
    if (!secret || !tokenShape.test(token)) {
      return refusal('handshake_wrong', 400, 'no crc_token that can be answered')
    }
    const signed = createHmac('sha256', secret.reveal()).update(token).digest('base64')
    return jsonAnswer(200, { response_token: `sha256=${signed}` })
  }
}
