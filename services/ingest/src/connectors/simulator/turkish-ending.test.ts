import { describe, expect, it } from 'vitest'
import { turkishCases, withTurkishEnding } from './turkish-ending.ts'

describe('withTurkishEnding', () => {
  it.each([
    ['Kuzey Air', "Kuzey Air'in Kuzey Air'e Kuzey Air'i Kuzey Air'de Kuzey Air'den Kuzey Air'le"],
    ['Lokmajet', "Lokmajet'in Lokmajet'e Lokmajet'i Lokmajet'te Lokmajet'ten Lokmajet'le"],
    ['Tolvena', "Tolvena'nın Tolvena'ya Tolvena'yı Tolvena'da Tolvena'dan Tolvena'yla"],
    ['Trabzon', "Trabzon'un Trabzon'a Trabzon'u Trabzon'da Trabzon'dan Trabzon'la"],
    ['Ürgüp', "Ürgüp'ün Ürgüp'e Ürgüp'ü Ürgüp'te Ürgüp'ten Ürgüp'le"],
  ])('follows vowel harmony and hardening for %s', (name, expected) => {
    expect(turkishCases.map((turkishCase) => withTurkishEnding(name, turkishCase)).join(' ')).toBe(expected)
  })
})
