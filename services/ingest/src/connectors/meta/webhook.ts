import type { Secret } from '@nabiz/shared/config'
import type { Delivery, WebhookWay } from '../connector.ts'
import { hubChallenge } from '../shared/hub-challenge.ts'
import { hmacOfBody } from '../shared/signatures.ts'
import { createSignedWebhook } from '../shared/signed-webhook.ts'

/** Meta's webhook: its handshake, and `X-Hub-Signature-256` over the bytes as they came (with their `\uXXXX` escapes). */
export function createMetaWebhook(
  { appSecrets, verifyToken }: { appSecrets: readonly Secret[]; verifyToken: Secret },
  read: (value: unknown) => Delivery | Promise<Delivery>,
): WebhookWay {
  return createSignedWebhook({
    handshake: hubChallenge(verifyToken),
    verify: hmacOfBody({
      header: 'x-hub-signature-256',
      prefix: 'sha256=',
      algorithm: 'sha256',
      encoding: 'hex',
      secrets: appSecrets,
    }),
    read,
  })
}
