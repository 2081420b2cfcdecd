import { createHmac } from 'node:crypto'
import type { Secret } from '@nabiz/shared/config'

/** A keyed, versioned hash: the same person gives the same pseudonym while the key stays. */
export type Pseudonymise = (platform: string, id: string) => string

/**
 * HMAC-SHA256 over platform and id, first 128 bits, base64url, behind the key's version: `k1:…`. Without the key nobody
 * can tell who it was; a new version starts new pseudonyms.
 */
export function createPseudonymise(key: Secret, keyVersion: number): Pseudonymise {
  const bytes = Buffer.from(key.reveal(), 'utf8')
  return function pseudonymise(platform, id) {
    const digest = createHmac('sha256', bytes).update(`${platform}\0${id}`).digest()
    return `k${keyVersion}:${digest.subarray(0, 16).toString('base64url')}`
  }
}
