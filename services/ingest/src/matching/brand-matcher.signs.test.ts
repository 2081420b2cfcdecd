import { describe, expect, it } from 'vitest'
import { type BrandPatterns, createBrandMatcher } from './brand-matcher.ts'

describe('createBrandMatcher, beside # @ and addresses', () => {
  describe('hashtags', () => {
    it.each([
      '#thy',
      '#THYnin',
      '#thynin',
      '#THYRezaleti',
      '#THYrezaleti',
      '#THY_rezalet',
      '#THY2024',
      "#THY'nin",
      '＃THY',
      '#thyden',
      '#BoykotTHY',
      '#BoykotTHYRezaleti',
      '#thy#ucak',
      '#THY航空',
    ])('finds the tag THY in %s', (text) => {
      expect(found({ hashtags: ['#THY'] }, `bakın ${text} !`)).toEqual(['#THY'])
    })
    it.each(['#worthy', '#thyme', '#thyroid', '#THYROID', '#healthy', '# thy', 'thy', '#boykotthy'])(
      'does not find the tag THY in %s',
      (text) => {
        expect(found({ hashtags: ['#THY'] }, text)).toEqual([])
      },
    )
    it.each(['#TelefoncuRezaleti', '#telefoncudan', '#TELEFONCU', '#telefoncu5G'])(
      'finds a name in the tag %s',
      (text) => {
        expect(found({ names: ['Telefoncu'] }, text)).toEqual(['Telefoncu'])
      },
    )
    it('finds a name of several words run together, joined by _ or begun in a tag', () => {
      const brand = { names: ['Örnek Hava Yolları'] }
      for (const text of [
        '#OrnekHavaYolları',
        '#örnek_hava_yolları',
        '#örnekhavayollarindan',
        '#Örnek Hava Yolları',
      ]) {
        expect(found(brand, text)).toEqual(['Örnek Hava Yolları'])
      }
      expect(found(brand, 'örnekhavayolları')).toEqual([])
    })
  })

  describe('handles', () => {
    it.each(['@thy', '@THY', '.@thy!', "@thy'nin", '@thyの', '＠thy', '(@thy)', '@ada @thy', '@thy-neden'])(
      'finds the handle in %s',
      (text) => {
        expect(found({ handles: ['@THY'] }, text)).toEqual(['@THY'])
        expect(found({ handles: ['thy'] }, text)).toEqual(['thy'])
      },
    )
    it.each([
      '@thyfan',
      '@thy_fan',
      '@thy.fan',
      '@thy@sunucu.example',
      'info@thy.com',
      'a@thy',
      '@ thy',
      'thy',
      '@@',
    ])('does not find the handle in %s', (text) => {
      expect(found({ handles: ['thy'] }, text)).toEqual([])
    })
    it('finds handles that hold dots, hyphens or a server', () => {
      for (const handle of ['marka.com', 'marka-destek', 'marka.ornek-ag.social', 'marka@sunucu.example']) {
        expect(found({ handles: [handle] }, `Çöktü @${handle} .`)).toEqual([handle])
      }
    })
    it('does not take an account for a name', () => {
      expect(found({ names: ['THY'] }, 'selam @thy ve @thy_fan')).toEqual([])
    })
  })

  describe('addresses', () => {
    it.each([
      'https://thy.com/kampanya',
      'http://ornek.com/haber/thy-rezaleti',
      'www.thy.com',
      'ornek.com/thy',
      'bkz:https://ornek.com/#THY',
      'https://ornek.com/@thy',
      'info@thy.com',
      'thy@ornek.com.tr',
    ])('finds nothing in %s', (text) => {
      expect(found({ names: ['THY'], handles: ['thy'], hashtags: ['thy'] }, `bak ${text} burada`)).toEqual([])
    })
    it.each(['THYhttps://ornek.com/a', '#THYhttps://ornek.com/a', '@thyhttps://ornek.com/a'])(
      'finds a name, tag or handle right before a link: %s',
      (text) => {
        expect(found({ names: ['THY'], handles: ['thy'] }, text)).toHaveLength(1)
      },
    )
    it('finds a company called by its domain, and a name beside an address', () => {
      expect(found({ names: ['Sepetim'] }, 'sepetim.com kargoyu kaybetti')).toEqual(['Sepetim'])
      expect(found({ names: ['Sepetim.com'] }, 'sepetim.com’dan')).toEqual(['Sepetim.com'])
      expect(found({ names: ['THY'] }, '[THY](https://thy.com)')).toEqual(['THY'])
      expect(found({ names: ['THY'] }, 'https://ornek.com/a THY')).toEqual(['THY'])
      expect(found({ names: ['THY'] }, 'THY/Ornek')).toEqual(['THY'])
    })
  })
})

function aBrand(overrides: Partial<BrandPatterns>): BrandPatterns {
  return { id: 'ornek', names: [], aliases: [], handles: [], hashtags: [], exclusions: [], ...overrides }
}

/** The patterns that fire in a text for one brand. */
function found(brand: Partial<BrandPatterns>, text: string): string[] {
  return createBrandMatcher([aBrand(brand)])
    .match(text)
    .map((match) => match.pattern)
}
