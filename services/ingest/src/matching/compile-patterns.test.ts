import { describe, expect, it } from 'vitest'
import { type BrandPatterns, BrandPatternsError, compilePatterns } from './compile-patterns.ts'

describe('compilePatterns', () => {
  it('names brand, field, place and remedy of every fault at once', () => {
    const faults = faultsOf([
      aBrand({ id: 'bir', names: ['Örnek', ' ', 'A'], handles: ['@', 'https://x.example/ornek'] }),
      aBrand({ id: 'iki', aliases: ['\u0301', '#ornek', '@ornek'], hashtags: ['#iki kelime', '#'] }),
      aBrand({ id: 'iki', exclusions: ['', '!!'] }),
    ])
    expect(faults).toHaveLength(12)
    expect(faults).toContain(
      'brand "bir", names[1] " ": has no letter or digit left after folding; write at least 2',
    )
    expect(faults).toContain('brand "bir", names[2] "A": has 1 letter left after folding; write at least 2')
    expect(faults).toContain('brand "iki", aliases[1] "#ornek": is a hashtag; write it under hashtags')
    expect(faults).toContain('brand "iki" stands twice: each brand needs an id of its own')
    expect(faults.find((fault) => fault.includes('handles[1]'))).toContain('write the account alone')
    expect(faults.find((fault) => fault.includes('hashtags[0]'))).toContain('write one word')
  })
  it('takes a handle of one letter and a name of two', () => {
    expect(compilePatterns([aBrand({ handles: ['@x'], names: ['Vo', '例航'] })]).patternCount).toBe(3)
  })
  it('tells exclusions that hold a name from those that stand for another subject', () => {
    const { uses } = compilePatterns([aBrand({ names: ['Kiraz'], exclusions: ['Kiraz reçeli', 'meyve'] })])
    expect(uses.get('kiraz receli')?.[0]?.cancelsAll).toBe(false)
    expect(uses.get('meyve')?.[0]?.cancelsAll).toBe(true)
  })
})

function faultsOf(brands: BrandPatterns[]): readonly string[] {
  try {
    compilePatterns(brands)
  } catch (error) {
    if (error instanceof BrandPatternsError) return error.faults
    throw error
  }
  return []
}

function aBrand(overrides: Partial<BrandPatterns>): BrandPatterns {
  return { id: 'ornek', names: [], aliases: [], handles: [], hashtags: [], exclusions: [], ...overrides }
}
