import { Secret } from '@nabiz/shared/config'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readAckToken, signAckToken } from './ack-token.ts'

const secret = new Secret('one secret')
const grant = {
  incident: 'i1',
  brand: 'lale-air',
  person: 'channel pager',
  action: 'acknowledge' as const,
  expiresAt: 1_000,
}

describe('ack tokens', () => {
  it('give back what was granted until they expire', () => {
    const token = signAckToken(secret, grant)
    expect(readAckToken(secret, token, 999)).toEqual(grant)
    expect(readAckToken(secret, token, 1_000)).toBeUndefined()
  })

  it('are worth nothing under another secret', () => {
    expect(readAckToken(new Secret('another'), signAckToken(secret, grant), 1)).toBeUndefined()
  })

  it('are worth nothing when any character was changed', () => {
    const token = signAckToken(secret, grant)
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: token.length - 2 }),
        fc.constantFrom('A', 'z', '0', '.'),
        (at, sign) => {
          const changed = token.slice(0, at) + sign + token.slice(at + 1)
          if (changed !== token) expect(readAckToken(secret, changed, 1)).toBeUndefined()
        },
      ),
    )
  })

  it('answer any text without throwing', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(readAckToken(secret, text, 1)).toBeUndefined()
      }),
    )
  })
})
