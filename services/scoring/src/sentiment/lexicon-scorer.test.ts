import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTokenizer } from '../text/tokenize.ts'
import { lexiconTerms, servedLanguages } from './languages.ts'
import { createLexiconScorer } from './lexicon-scorer.ts'
import { modifiersOf } from './modifiers.ts'
import { createReferenceAnalyzer } from './reference.ts'

const analyze = createReferenceAnalyzer()
const scoreTokens = createLexiconScorer()
const tokenize = createTokenizer()

describe.each(servedLanguages)('lexicon scorer against the sentiment package (%s)', (language) => {
  const terms = [...lexiconTerms(language).keys()]
  const modifiers = modifiersOf(language)
  const phraseStarts = new Set(terms.flatMap((term) => (term.includes(' ') ? [term.split(' ')[0]] : [])))
  // words by which our rules add nothing to the package's plain sum
  const plain = terms.filter(
    (term) =>
      /^[a-z]{2,}$/.test(term) &&
      !/(.)\1\1/.test(term) &&
      !modifiers.has(term) &&
      !phraseStarts.has(term) &&
      term !== 'xd',
  )
  const neutral = ['masa', 'qwerty', 'table', 'zirve']

  it('finds the same sum in plain sentences', () => {
    const word = fc.oneof(
      fc.nat(plain.length - 1).map((index) => plain[index] ?? ''),
      fc.constantFrom(...neutral),
    )
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 12 }), (words) => {
        const sentence = words.join(' ')
        expect(scoreTokens(tokenize(sentence), language).sum).toBe(analyze(sentence, language))
      }),
      { numRuns: 500 },
    )
  })
})

describe('lexicon scorer', () => {
  it('weakens what stands before a contrast', () => {
    const { sum } = scoreTokens(tokenize('güzel ama bozuk'), 'tr')
    expect(sum).toBe(3 / 2 - 3)
  })

  it('strengthens a word after a booster and weakens it after a dampener', () => {
    const plain = scoreTokens(tokenize('bozuk'), 'tr').sum
    expect(scoreTokens(tokenize('aşırı bozuk'), 'tr').sum).toBeLessThan(plain)
    expect(scoreTokens(tokenize('biraz bozuk'), 'tr').sum).toBeGreaterThan(plain)
  })

  it('prefers a phrase to its words', () => {
    expect(scoreTokens(tokenize('fena değil'), 'tr')).toEqual({ sum: 2, evidence: 1 })
  })
})
