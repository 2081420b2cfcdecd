import { createHmac } from 'node:crypto'
import type { Secret } from '@nabiz/shared/config'

/** A keyed, versioned hash: the same person gives the same pseudonym while the key stays. */
export type Pseudonymise = (platform: string, id: string) => string

/** Pseudonyms that are kept at hand: who writes often writes again, and a hash costs as much as a record. */
const mostKnown = 10_000

/**
 * HMAC-SHA256 over platform and id, first 128 bits, base64url, behind the key's version: `k1:…`. Without the key nobody
 * can tell who it was; a new version starts new pseudonyms.
 */
export function createPseudonymise(key: Secret, keyVersion: number): Pseudonymise {
  const bytes = Buffer.from(key.reveal(), 'utf8')
  const known = new Map<string, string>()
  return function pseudonymise(platform, id) {
    const person = `${platform}\0${id}`
    const found = known.get(person)
    if (found !== undefined) return found
    const digest = createHmac('sha256', bytes).update(person).digest()
    const made = `k${keyVersion}:${digest.subarray(0, 16).toString('base64url')}`
    if (known.size >= mostKnown) known.clear()
    known.set(person, made)
    return made
  }
}
