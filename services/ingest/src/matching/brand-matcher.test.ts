import { describe, expect, it } from 'vitest'
import { type BrandPatterns, createBrandMatcher } from './brand-matcher.ts'

describe('createBrandMatcher', () => {
  describe('letters', () => {
    it.each([
      'IŞIK',
      'ışık',
      'isik',
      'ISIK',
      'Işık',
      'İŞİK',
      'Is\u0327ik',
      'i\u0307s\u0327i\u0307k',
      'ｉｓｉｋ',
      '𝐈𝐒𝐈𝐊',
    ])('finds the name Işık written as %s', (written) => {
      expect(found({ names: ['Işık'] }, `bu ${written} ne böyle`)).toEqual(['Işık'])
    })
    it.each(['istikbal', 'ISTIKBAL', 'İSTİKBAL', 'ıstıkbal', 'i\u0307stikbal', 'I\u0307STI\u0307KBAL'])(
      'finds the name İstikbal written as %s',
      (written) => {
        expect(found({ names: ['İstikbal'] }, written)).toEqual(['İstikbal'])
      },
    )
    it('finds a name written in the config without its Turkish letters', () => {
      expect(found({ names: ['CAGDAS'] }, 'Çağdaş yine geç geldi')).toEqual(['CAGDAS'])
    })
    it('finds a name with spaces over any white space, soft hyphens and invisible signs', () => {
      const brand = { names: ['Örnek Hava Yolları'] }
      expect(found(brand, 'ÖRNEK\u00a0\u00a0hava\nyol\u00adları\u200d rezil')).toHaveLength(1)
    })
  })

  describe('word boundaries', () => {
    it.each(['worthy', 'healthy', 'thyme', 'THYROID', 'thymus', 'éTHY', '1thy', 'thy1'])(
      'does not find THY in %s',
      (text) => {
        expect(found({ names: ['THY'] }, text)).toEqual([])
      },
    )
    it.each([
      'THY',
      '"THY"',
      '(thy)',
      'THY,Vorda',
      '_THY_',
      '👍THY👍',
      '1️⃣THY',
      '我喜欢THY航空',
      'ฉันชอบTHYมาก',
      'わたしはTHYが',
      'THY는',
      'THY™',
      'Rezalet.THY yine',
      'foo\u200bTHY\u200bbar',
      '\ud800THY\udc00',
      '\0THY\0',
    ])('finds THY in %j', (text) => {
      expect(found({ names: ['THY'] }, text)).toEqual(['THY'])
    })
    it('finds a name of a script without spaces inside other writing', () => {
      expect(found({ names: ['例航空'] }, '我讨厌例航空的服务')).toEqual(['例航空'])
    })
    it('does not find a Hangul name in half a syllable', () => {
      expect(found({ names: ['기아'] }, '기안을 냈다')).toEqual([])
      expect(found({ names: ['기아'] }, '기아는')).toEqual(['기아'])
    })
    it('finds names that begin or end with a sign', () => {
      expect(found({ names: ['Vay!', 'K&B'] }, 'bu Vay!dan ucuz')).toEqual(['Vay!'])
      expect(found({ names: ['K&B'] }, "K&B'de")).toEqual(['K&B'])
    })
  })

  describe('Turkish endings', () => {
    it.each(["'", '’', 'ʼ', '`', '´', '‘', '＇', '′'])(
      'finds a name before the apostrophe %s',
      (apostrophe) => {
        expect(found({ names: ['THY'] }, `THY${apostrophe}nin uçağı`)).toEqual(['THY'])
        expect(found({ names: ["D'Or"] }, `d${apostrophe}or geldi`)).toEqual(["D'Or"])
      },
    )
    it.each([
      'Telefoncuya',
      'TELEFONCUDAN',
      'telefoncunun',
      'telefonculardaki',
      'Telefoncuyla',
      'telefoncudakiler',
    ])('finds a name of four letters or more in %s', (text) => {
      expect(found({ names: ['Telefoncu'] }, text)).toEqual(['Telefoncu'])
    })
    it.each(['THYnin', 'thynin', 'thyden', 'THYye', 'THYde'])('finds a three-letter name in %s', (text) => {
      expect(found({ names: ['THY'] }, text)).toEqual(['THY'])
    })
    it.each(['thye', 'thyi', 'thyde', 'Thyla', 'THYE', 'THYDE'])(
      'does not find a three-letter name in %s',
      (text) => {
        expect(found({ names: ['THY'] }, text)).toEqual([])
      },
    )
    it.each(['Vordaham', 'Koralfish', 'Vordaer'])(
      'does not take just any letters for an ending: %s',
      (text) => {
        expect(found({ names: ['Vorda', 'Koral'] }, text)).toEqual([])
      },
    )
  })

  describe('exclusions', () => {
    const fruit = {
      names: ['Kiraz'],
      hashtags: ['KirazSikayet'],
      handles: ['kiraz'],
      exclusions: ['kiraz reçeli', 'meyve'],
    }
    it('drops a hit that overlaps a phrase holding the name, and keeps the others', () => {
      expect(found(fruit, 'en sevdiğim kiraz reçeli')).toEqual([])
      expect(found(fruit, 'Kiraz REÇELİ’ye bayılırım')).toEqual([])
      expect(found(fruit, 'kiraz reçeli ve Kiraz')).toEqual(['Kiraz'])
      expect(found(fruit, '#KirazReçeli')).toEqual([])
    })
    it('drops every name when a phrase without the name stands in the text, but no handle or hashtag', () => {
      expect(found(fruit, 'meyve: Kiraz, armut')).toEqual([])
      expect(found(fruit, '#meyve Kiraz')).toEqual([])
      expect(found(fruit, 'meyve değil @kiraz')).toEqual(['kiraz'])
      expect(found(fruit, 'meyve #KirazSikayet')).toEqual(['KirazSikayet'])
      expect(found(fruit, 'meyvesiz Kiraz')).toEqual([])
      expect(found(fruit, 'meyvehane Kiraz')).toEqual(['Kiraz'])
    })
    it('keeps a short hit before an exclusion that cancels a longer one', () => {
      const brand = { names: ['Elma'], aliases: ['Elma Ağacı Parkı'], exclusions: ['ağacı parkı elma'] }
      expect(found(brand, 'Elma ağacı parkı elma')).toEqual(['Elma'])
    })
    it('cancels for its own brand only', () => {
      const matcher = createBrandMatcher([
        aBrand({ id: 'a', names: ['Kiraz'], exclusions: ['kiraz reçeli'] }),
        aBrand({ id: 'b', names: ['Kiraz'] }),
      ])
      expect(matcher.match('kiraz reçeli').map((match) => match.brandId)).toEqual(['b'])
    })
    it('takes a leading minus for the habit of search boxes', () => {
      expect(found({ names: ['Kiraz'], exclusions: ['-meyve'] }, 'kiraz meyve')).toEqual([])
    })
  })

  it('gives one match per brand, in the order in which they are first named', () => {
    const matcher = createBrandMatcher([
      aBrand({ id: 'a', names: ['Alfa'], handles: ['alfa'] }),
      aBrand({ id: 'b', names: ['Beta'], aliases: ['Be'] }),
    ])
    expect(matcher.match('Be ve @alfa ve alfa ve beta')).toEqual([
      { brandId: 'b', pattern: 'Be', kind: 'alias' },
      { brandId: 'a', pattern: 'alfa', kind: 'handle' },
    ])
  })
  it('names the longest pattern at a place, and a hashtag before the same name', () => {
    const brand = { names: ['Alfa'], aliases: ['Alfa Plus'], hashtags: ['#alfa'] }
    expect(found(brand, 'alfa plus')).toEqual(['Alfa Plus'])
    expect(found(brand, '#Alfa')).toEqual(['#alfa'])
  })
  it('gives both brands that share a pattern', () => {
    const matcher = createBrandMatcher([
      aBrand({ id: 'a', names: ['Delta'] }),
      aBrand({ id: 'b', aliases: ['DELTA'] }),
    ])
    expect(matcher.match('delta').map((match) => match.brandId)).toEqual(['a', 'b'])
    expect(matcher.patternCount).toBe(2)
  })
  it('finds nothing without brands, and nothing in an empty text', () => {
    expect(createBrandMatcher([]).match('THY')).toEqual([])
    expect(found({ names: ['THY'] }, '')).toEqual([])
  })
  it('answers long hostile texts in time that grows with their length', () => {
    const brand = { names: ['aa', 'aaa'], exclusions: ['aaaa'], hashtags: ['aaaaa'] }
    for (const text of [
      'a'.repeat(200_000),
      `#${'aA'.repeat(100_000)}`,
      'a@'.repeat(100_000),
      '#aa '.repeat(50_000),
    ]) {
      expect(found(brand, text).length).toBeLessThanOrEqual(1)
    }
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
