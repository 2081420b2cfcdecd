import { describe, expect, it } from 'vitest'
import { isTurkishSuffix } from './turkish-suffix.ts'

describe('isTurkishSuffix', () => {
  it.each(
    'in nin un nun i yi u yu si e ye a ya de da te ta den dan ten tan le la yle yla ce ca li lu lik siz ci lar ler lari lerin lerden daki deki dakiler ninki mi dir ydi ymis inda sinin sinda im imiz larimizdan'.split(
      ' ',
    ),
  )('knows -%s', (suffix) => {
    expect(isTurkishSuffix(suffix)).toBe(true)
  })
  it.each([
    '',
    'me',
    's',
    'ham',
    'fish',
    'er',
    'ing',
    'rezaleti',
    'x',
    'roid',
    'lar lar',
    'nin1',
    'in'.repeat(40),
  ])('does not know %j', (suffix) => {
    expect(isTurkishSuffix(suffix)).toBe(false)
  })
})
