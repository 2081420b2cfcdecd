import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fold, lowerCase } from './normalise.ts'

describe('fold', () => {
  it('brings every spelling of the Turkish letters to one form', () => {
    expect(fold('ÇĞIİÖŞÜ')).toBe('cgiiosu')
    expect(fold('çğıiöşü')).toBe('cgiiosu')
  })

  it('drops the dot a lower-cased İ leaves behind', () => {
    expect(fold('İSTANBUL'.toLowerCase())).toBe('istanbul')
  })

  it('leaves accents off Latin letters and keeps letters of other scripts', () => {
    expect(fold('Café Ёж')).toBe('cafe ёж'.replace('ё', fold('ё')))
    expect(fold('日本')).toBe('日本')
  })

  it('keeps NUL and lone surrogates without tripping over them', () => {
    expect(fold('Ş\u0000\ud83dŞ\udc00')).toBe('s\u0000\ud83ds\udc00')
  })

  it('changes nothing when applied twice', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => fold(fold(text)) === fold(text)))
  })
})

describe('lowerCase', () => {
  it('keeps dotless and dotted i apart in Turkish and not in English', () => {
    expect(lowerCase('ISI', 'tr')).toBe('ısı')
    expect(lowerCase('İPTAL', 'tr')).toBe('iptal')
    expect(lowerCase('ISI', 'en')).toBe('isi')
  })

  it('agrees with the platform on Turkish words', () => {
    for (const word of ['IĞDIR', 'Şişli', 'ÇÖZÜM', 'İĞNE', 'Âlem']) {
      expect(lowerCase(word, 'tr')).toBe(word.toLocaleLowerCase('tr'))
    }
  })
})
