import { fold } from '../../text/normalise.ts'
import type { WordGroup } from '../word-group.ts'
import { fixedWords } from './fixed-words.ts'
import { homographs } from './homographs.ts'
import { negativeNominals } from './negative-nominals.ts'
import { turkishPhrases } from './phrases.ts'
import { positiveNominals } from './positive-nominals.ts'
import { nominalForms, privativeForms } from './suffixes.ts'
import { verbForms } from './verb-forms.ts'
import { verbStems } from './verbs.ts'

/** One entry as written by hand: a word, phrase or verb stem (unfolded) and its valence. */
export interface LexiconEntry {
  readonly term: string
  readonly valence: number
  readonly kind: 'nominal' | 'verb' | 'fixed' | 'phrase'
}

/** All hand-written Turkish entries, in the order of the files. */
export function turkishEntries(): LexiconEntry[] {
  return [
    ...fixedWords.flatMap((group) => readWords(group, 'fixed')),
    ...turkishPhrases.flatMap(({ valence, phrases }) =>
      phrases
        .split(/[,\n]/)
        .map((phrase) => phrase.trim())
        .filter((phrase) => phrase !== '')
        .map((term): LexiconEntry => ({ term, valence, kind: 'phrase' })),
    ),
    ...[...negativeNominals, ...positiveNominals].flatMap((group) => readWords(group, 'nominal')),
    ...verbStems.flatMap((group) => readWords(group, 'verb')),
  ]
}

function readWords({ valence, words }: WordGroup, kind: LexiconEntry['kind']): LexiconEntry[] {
  return words
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => ({ term: word.replaceAll('_', ' '), valence, kind }))
}

/** A stem of at most this many letters meets too many other words once inflected: nouns stay as written, verbs lose their imperatives. */
const SHORT_STEM = 3

/**
 * Every folded term the Turkish engine knows with its valence, inflected forms included. What a person wrote wins
 * over what was generated, and a form of a longer stem over one of a shorter.
 */
export function turkishTerms(): Map<string, number> {
  const terms = new Map<string, number>()
  const entries = turkishEntries()
  for (const { term, valence, kind } of entries) {
    if (kind !== 'verb') terms.set(fold(term), valence)
  }
  const reserved = new Set(homographs.trim().split(/\s+/).map(fold))
  const stems = entries.filter(({ kind }) => kind === 'nominal' || kind === 'verb')
  stems.sort((a, b) => b.term.length - a.term.length)
  for (const stem of stems) {
    for (const [form, valence] of inflect(stem)) {
      const folded = fold(form)
      if (!terms.has(folded) && !reserved.has(folded)) terms.set(folded, valence)
    }
  }
  return terms
}

function inflect({ term, valence, kind }: LexiconEntry): (readonly [string, number])[] {
  if (kind === 'nominal') {
    if (term.length <= SHORT_STEM) return []
    return [
      ...nominalForms(term).map((form) => [form, valence] as const),
      ...privativeForms(term).map((form) => [form, negatedValence(valence)] as const),
    ]
  }
  const [stem = term, beforeVowel = stem] = term.split('|')
  const { affirmative, imperative, negative } = verbForms(stem, beforeVowel)
  const said = stem.length <= SHORT_STEM ? affirmative : [...affirmative, ...imperative]
  return [
    ...(valence === 0 ? [] : said.map((form) => [form, valence] as const)),
    ...negative.map((form) => [form, negatedValence(valence)] as const),
  ]
}

/** Denied praise is a complaint; a denied complaint is only mildly good news; a service that is not given is a complaint. */
function negatedValence(valence: number): number {
  if (valence > 0) return -Math.min(valence, 3)
  return valence < 0 ? 1 : -2
}
