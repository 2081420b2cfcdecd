import { createHash, timingSafeEqual } from 'node:crypto'
import type { Secret } from '@nabiz/shared/config'
import type { FastifyReply, FastifyRequest } from '@nabiz/shared/http'
import { ackStyleSource } from './ack-style.ts'

/** Headers of everything this service answers to browsers: nothing is loaded, framed, cached or told on. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'content-security-policy': `default-src 'none'; style-src ${ackStyleSource}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-robots-tag': 'noindex',
}

/**
 * Lets a request through that carries the bearer token; otherwise answers 401 (none given) or 403 (wrong, or no token is
 * configured under `field`) and returns false.
 */
export function allow(
  request: FastifyRequest,
  reply: FastifyReply,
  token: Secret | undefined,
  field: string,
): boolean {
  if (!token) {
    void reply.code(403).send({ error: `nobody may: alerting.${field} is not configured` })
    return false
  }
  const given = /^Bearer ([\x21-\x7e]{1,1024})$/i.exec(request.headers.authorization ?? '')?.[1]
  if (given === undefined) {
    void reply
      .code(401)
      .header('www-authenticate', 'Bearer')
      .send({ error: `found no bearer token; expected the one of alerting.${field}` })
    return false
  }
  if (timingSafeEqual(digest(given), digest(token.reveal()))) return true
  void reply.code(403).send({ error: 'this bearer token is not the right one' })
  return false
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
