import { Secret } from '@nabiz/shared/config'
import { ManualClock, minute } from '@nabiz/shared/time'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { standardSignature } from './standard-signature.ts'

const now = Date.UTC(2026, 10, 2)
const secret = 'whsec_c2VjcmV0IG9mIHRoZSBzaWduYXR1cmUgdGVzdA=='
const other = 'whsec_YW5vdGhlciBzZWNyZXQgb2YgdGhlIHRlc3Q='
const body = Buffer.from('{"text":"rötar 😡"}')

describe('a signature of Standard Webhooks', () => {
  it.each([
    ['as the library makes it', {}],
    ['by the second of two secrets', { key: other }],
    ['among others', { among: ['v1,AAAA', 'v2,AAAA'] }],
    ['five minutes old', { at: now - 5 * minute }],
    ['five minutes ahead', { at: now + 5 * minute }],
  ])('%s is genuine', (_name, options) => {
    expect(verify(signed(options))).toBeUndefined()
  })

  it.each([
    ['of another body', { 'webhook-signature': sign({ text: 'another' }) }, 'signature_wrong'],
    ['of another id', { 'webhook-id': 'msg_2' }, 'signature_wrong'],
    ['of another version', { 'webhook-signature': sign({}).replace('v1,', 'v2,') }, 'signature_wrong'],
    ['by another secret', signed({ key: 'whsec_bm9ib2R5' }), 'signature_wrong'],
    ['that is none', { 'webhook-signature': 'v1,' }, 'signature_wrong'],
    ['too old', signed({ at: now - 5 * minute - 1_000 }), 'signature_old'],
    ['too far ahead', signed({ at: now + 5 * minute + 1_000 }), 'signature_old'],
    ['without a time', { 'webhook-timestamp': '' }, 'signature_missing'],
  ])('%s is refused', (_name, headers, reason) => {
    expect(verify({ ...signed({}), ...headers })).toBe(reason)
  })
})

interface Signing {
  key?: string
  at?: number
  text?: string
  among?: string[]
}

function sign({ key = secret, at = now, text = body.toString() }: Signing): string {
  return new Webhook(key).sign('msg_1', new Date(at), text)
}

function signed(options: Signing): Record<string, string> {
  return {
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(Math.floor((options.at ?? now) / 1_000)),
    'webhook-signature': [...(options.among ?? []), sign(options)].join(' '),
  }
}

function verify(headers: Record<string, string>) {
  const check = standardSignature([new Secret(secret), new Secret(other)], new ManualClock(now))
  return check({ method: 'POST', query: {}, headers, body, remoteAddress: '' })
}
