import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Secret } from '@nabiz/shared/config'
import { z } from 'zod'

/** What a token allows: one action by one person on one incident, until `expiresAt` (ms). */
export interface AckGrant {
  incident: string
  brand: string
  person: string
  action: 'acknowledge'
  expiresAt: number
}

const payload = z.tuple([
  z.literal(1),
  z.string(),
  z.string(),
  z.string(),
  z.literal('acknowledge'),
  z.int().min(0),
])

/** Longest token looked at, characters. */
const longest = 1_024

/** A token for the grant: its content and an HMAC-SHA-256 over it, both base64url. The same grant gives the same token. */
export function signAckToken(secret: Secret, grant: AckGrant): string {
  const { incident, brand, person, action, expiresAt } = grant
  const content = Buffer.from(JSON.stringify([1, incident, brand, person, action, expiresAt])).toString(
    'base64url',
  )
  return `${content}.${macOf(secret, content).toString('base64url')}`
}

/** The grant of a genuine token that has not expired; undefined for everything else. */
export function readAckToken(secret: Secret, token: string, now: number): AckGrant | undefined {
  const [content, mac, more] = token.length <= longest ? token.split('.') : []
  if (content === undefined || mac === undefined || more !== undefined) return undefined
  const given = Buffer.from(mac, 'base64url')
  const expected = macOf(secret, content)
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined
  const parsed = payload.safeParse(JSON.parse(Buffer.from(content, 'base64url').toString('utf8')))
  if (!parsed.success) return undefined
  const [, incident, brand, person, action, expiresAt] = parsed.data
  return expiresAt > now ? { incident, brand, person, action, expiresAt } : undefined
}

function macOf(secret: Secret, content: string): Buffer {
  return createHmac('sha256', secret.reveal()).update(`nabiz-ack-v1:${content}`).digest()
}
