import { createRequire } from 'node:module'
import { z } from 'zod'
import { fold } from '../text/normalise.ts'
import { emojiOverrides } from './emoji.ts'
import { englishBrandPhrases, englishBrandWords } from './english/brand-words.ts'
import { turkishTerms } from './turkish/lexicon.ts'

const require = createRequire(import.meta.url)
const labelsSchema = z.record(z.string(), z.number())

/** AFINN-165 as the `sentiment` package ships it; the package exports no getter for it. */
function afinn(): Record<string, number> {
  return labelsSchema.parse(require('sentiment/languages/en/labels.json'))
}

/** The languages the lexicon engine serves. */
export const servedLanguages = ['en', 'tr'] as const
export type ServedLanguage = (typeof servedLanguages)[number]

/** Valences of a language's folded terms, phrases with single spaces among them. */
export function lexiconTerms(language: ServedLanguage): Map<string, number> {
  return language === 'en' ? englishTerms() : turkishTerms()
}

function englishTerms(): Map<string, number> {
  const terms = new Map<string, number>()
  for (const [word, valence] of Object.entries(afinn())) terms.set(englishKey(word), valence)
  for (const { valence, words } of englishBrandWords) {
    for (const word of words.trim().split(/\s+/)) terms.set(englishKey(word), valence)
  }
  for (const { valence, phrases } of englishBrandPhrases) {
    for (const phrase of phrases.split(/[,\n]/))
      if (phrase.trim() !== '') terms.set(englishKey(phrase.trim()), valence)
  }
  return terms
}

/** The tokenizer drops the apostrophe of n't and cuts at hyphens. */
function englishKey(word: string): string {
  return fold(word).replaceAll("'", '').replaceAll('-', ' ')
}

/** Valence of emoji by code point: the package's map where it holds a pictograph, with our own words over it. */
export function emojiValences(): Map<number, number> {
  const valences = new Map<number, number>()
  const packaged = labelsSchema.parse(require('sentiment/build/emoji.json'))
  for (const [emoji, valence] of [...Object.entries(packaged), ...Object.entries(emojiOverrides)]) {
    const point = emoji.codePointAt(0)
    if (point !== undefined && /^\p{Extended_Pictographic}/u.test(emoji)) valences.set(point, valence)
  }
  return valences
}
