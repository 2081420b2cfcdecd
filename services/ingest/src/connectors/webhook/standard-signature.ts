import { createHmac } from 'node:crypto'
import type { Secret } from '@nabiz/shared/config'
import { type Clock, minute } from '@nabiz/shared/time'
import { isFresh, isSameSignature, type Verify } from '../shared/signatures.ts'

const toleranceMs = 5 * minute

/**
 * Standard Webhooks: `v1,<base64>` of HMAC-SHA256 over `id.timestamp.body`; the header may hold several, and one by any of
 * the secrets is enough. Over the bytes as they came, by Node's own hash: the library of that name hashes in JavaScript,
 * and over a text made of the bytes, which says the same of two bodies that are no UTF-8.
 */
export function standardSignature(secrets: readonly Secret[], clock: Clock): Verify {
  const keys = secrets.map((secret) => Buffer.from(secret.reveal().replace(/^whsec_/, ''), 'base64'))

  return function verify({ headers, body }) {
    const { 'webhook-id': id, 'webhook-timestamp': signedAt, 'webhook-signature': signatures } = headers
    if (!id || !signedAt || !signatures) return 'signature_missing'
    const given = signatures.split(' ').flatMap((one) => (one.startsWith('v1,') ? [one.slice(3)] : []))
    let isGenuine = false
    for (const key of keys) {
      const wanted = createHmac('sha256', key).update(`${id}.${signedAt}.`).update(body).digest('base64')
      for (const one of given) if (isSameSignature(one, wanted)) isGenuine = true
    }
    // A time that is not signed says nothing.
    if (!isGenuine) return 'signature_wrong'
    return isFresh(signedAt, clock, toleranceMs) ? undefined : 'signature_old'
  }
}
