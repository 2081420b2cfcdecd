import { Secret } from '@nabiz/shared/config'
import { describe, expect, it } from 'vitest'
import { createPseudonymise } from './pseudonymise.ts'

describe('pseudonymise', () => {
  const pseudonymise = createPseudonymise(new Secret('first key'), 1)

  it('gives one person one pseudonym that does not hold the id', () => {
    expect(pseudonymise('telegram', '998877')).toBe(pseudonymise('telegram', '998877'))
    expect(pseudonymise('telegram', '998877')).toMatch(/^k1:[\w-]{22}$/)
    expect(pseudonymise('telegram', '998877')).not.toContain('998877')
  })

  it('tells platforms, people and keys apart', () => {
    const all = [
      pseudonymise('telegram', '1'),
      pseudonymise('telegram', '2'),
      pseudonymise('webhook', '1'),
      createPseudonymise(new Secret('second key'), 1)('telegram', '1'),
      createPseudonymise(new Secret('first key'), 2)('telegram', '1'),
    ]
    expect(new Set(all).size).toBe(5)
  })
})
