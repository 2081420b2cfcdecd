import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { Secret } from '@nabiz/shared/config'
import { type Clock, second } from '@nabiz/shared/time'
import type { RefusalReason, WebhookRequest } from '../connector.ts'

/** Why a request is not genuine; undefined: it is. */
export type Verify = (request: WebhookRequest) => RefusalReason | undefined

/** True when both are the same, in a time that depends on neither, whatever their lengths. */
export function isSame(given: string | Uint8Array, wanted: string | Uint8Array): boolean {
  return timingSafeEqual(digest(given), digest(wanted))
}

/** Equal length for the comparison, whatever was sent. */
function digest(value: string | Uint8Array): Buffer {
  return createHash('sha256').update(value).digest()
}

/** As `isSame`, for what has a length that anybody knows, such as a signature: hashing both would cost as much as making it. */
export function isSameSignature(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)]
  return a.length === b.length && timingSafeEqual(a, b)
}

export interface HmacOptions {
  /** In lower case: `x-hub-signature-256`. */
  header: string
  /** What stands before the signature: `sha256=`. */
  prefix: string
  algorithm: 'sha1' | 'sha256' | 'sha384' | 'sha512'
  encoding: 'hex' | 'base64'
  /** A delivery signed with any of them is genuine, so that one can be rotated. */
  secrets: readonly Secret[]
}

/** A keyed hash over the raw bytes of the body, in a header. */
export function hmacOfBody(options: HmacOptions): Verify {
  const { header, prefix, secrets } = options
  return function verify(request) {
    const given = request.headers[header]
    if (!given) return 'signature_missing'
    if (!given.startsWith(prefix)) return 'signature_wrong'
    return hasSigned(given.slice(prefix.length), request.body, secrets, options)
      ? undefined
      : 'signature_wrong'
  }
}

/** Whether one of the secrets made this signature over `signed`; every secret is tried, so that time tells nothing. */
export function hasSigned(
  signature: string,
  signed: Uint8Array | string,
  secrets: readonly Secret[],
  { algorithm, encoding }: Pick<HmacOptions, 'algorithm' | 'encoding'>,
): boolean {
  let isGenuine = false
  for (const secret of secrets) {
    const wanted = createHmac(algorithm, secret.reveal()).update(signed).digest(encoding)
    if (isSameSignature(signature, wanted)) isGenuine = true
  }
  return isGenuine
}

/** A shared word in a header, compared as a whole. */
export function tokenInHeader(header: string, token: Secret): Verify {
  return function verify(request) {
    const given = request.headers[header]
    if (!given) return 'signature_missing'
    return isSame(given, token.reveal()) ? undefined : 'signature_wrong'
  }
}

/**
 * For platforms that sign a time: true when `signedAt` (Unix s, as text) is no more than `toleranceMs` away. What is not
 * a whole number is not fresh.
 */
export function isFresh(signedAt: string | undefined, clock: Clock, toleranceMs: number): boolean {
  if (signedAt === undefined || !/^\d{1,12}$/.test(signedAt)) return false
  return Math.abs(clock.now() - Number(signedAt) * second) <= toleranceMs
}
