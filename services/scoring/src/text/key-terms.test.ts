import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_TERM_UNITS, MAX_TERMS, MIN_TERM_UNITS, tokensForTerms } from './key-terms.ts'

describe('tokensForTerms', () => {
  it('keeps content words and hashtags and leaves out the rest', () => {
    const text = '@zirvebank bu kargo neden 3 gündür gelmedi? https://ornek.example/x 12345 #KargoRezaleti'
    expect(tokensForTerms(text, 'tr')).toEqual(['kargo', 'gündür', 'gelmedi', '#kargorezaleti'])
  })

  it('lower-cases by the rules of the language', () => {
    expect(tokensForTerms('IŞIK İPTAL', 'tr')).toEqual(['ışık', 'iptal'])
    expect(tokensForTerms('FLIGHT', 'en')).toEqual(['flight'])
  })

  it('names a word once', () => {
    expect(tokensForTerms('kargo Kargo KARGO', 'tr')).toEqual(['kargo'])
  })

  it('gives at most 12 distinct terms of 3 to 32 units whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const terms = tokensForTerms(text, 'tr')
        expect(terms.length).toBeLessThanOrEqual(MAX_TERMS)
        expect(new Set(terms).size).toBe(terms.length)
        for (const term of terms) {
          expect(term.length).toBeGreaterThanOrEqual(MIN_TERM_UNITS)
          expect(term.replace(/^#/, '').length).toBeLessThanOrEqual(MAX_TERM_UNITS * 3)
        }
      }),
    )
  })
})
