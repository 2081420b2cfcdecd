import type { RefusalReason, WebhookRequest, WebhookWay } from '../connector.ts'
import { isSame } from '../shared/signatures.ts'
import { refusal } from '../shared/signed-webhook.ts'
import type { WechatConfig } from './config.ts'
import { readFields } from './envelope.ts'
import { readMessage } from './message.ts'
import { openSealed, wechatSignature } from './seal.ts'

/** What WeChat sends for the check of the address; longer ones are nobody's. */
const echoShape = /^[\x20-\x7e]{1,1024}$/
/** Anything else, but an empty body, is shown to the person who wrote. */
const taken = { status: 200, body: 'success', contentType: 'text/plain; charset=utf-8' }

/**
 * WeChat's webhook. `signature` is not about the body, so in safe mode `msg_signature` alone counts, and a seal that does
 * not open, or was made for another account, is as forged as a wrong signature. What nobody understands is answered with
 * `success` as well: it would be sent twice more, and then an error shown to who wrote it.
 */
export function createWebhook({ appId, token, encodingAesKeys: keys, originalId }: WechatConfig): WebhookWay {
  const isSealed = keys.length > 0

  function hasSignature(given: string | undefined, parts: readonly string[]): RefusalReason | undefined {
    if (!given) return 'signature_missing'
    return isSame(given, wechatSignature([token.reveal(), ...parts])) ? undefined : 'signature_wrong'
  }

  return {
    way: 'webhook',
    authenticate({ method, query, body }) {
      const { timestamp = '', nonce = '' } = query
      if (method === 'GET') {
        const reason = hasSignature(query.signature, [timestamp, nonce])
        return reason && refusal(reason, 403, reason)
      }
      const sealed = isSealed ? sealedIn(body) : undefined
      const reason = isSealed
        ? hasSignature(query.msg_signature, [timestamp, nonce, sealed ?? ''])
        : hasSignature(query.signature, [timestamp, nonce])
      if (reason) return refusal(reason, 401, reason)
      if (isSealed && (sealed === undefined || openSealed(sealed, keys, appId) === undefined))
        return refusal('signature_wrong', 401, 'signature_wrong')
      return undefined
    },
    async handle(request, accept, refuse) {
      if (request.method === 'GET') return echo(request)
      // Without a seal it came here unchecked, from `nabiz decode --unsigned`: it is read as it is.
      const sealed = isSealed ? sealedIn(request.body) : undefined
      const message = sealed === undefined ? request.body : openSealed(sealed, keys, appId)
      if (message === undefined) {
        refuse('signature_wrong')
        return refusal('signature_wrong', 401, 'signature_wrong').answer
      }
      await accept(readMessage(message, originalId))
      return taken
    },
  }
}

function echo({ query }: WebhookRequest) {
  const text = query.echostr ?? ''
  if (!echoShape.test(text)) return refusal('handshake_wrong', 400, 'no echostr that can be sent back').answer
  return { status: 200, body: text, contentType: 'text/plain; charset=utf-8' }
}

function sealedIn(body: Uint8Array): string | undefined {
  const sealed = readFields(body)?.Encrypt
  return typeof sealed === 'string' && sealed !== '' ? sealed : undefined
}
