import type { LabelledText } from '../../program/bench/sentiment/labelled-texts.ts'
import { type LexiconEntry, turkishEntries } from '../../services/scoring/src/sentiment/turkish/lexicon.ts'
import { verbForms } from '../../services/scoring/src/sentiment/turkish/verb-forms.ts'
import { createRandom, type Random } from './fit.ts'

const SEED = 1
/** Entries weaker than this say too little to make a sentence of them. */
const WEAKEST_VALENCE = 2
/** Shorter words mean too many other things. */
const SHORTEST_WORD = 4

const denials = [
  '{} değil',
  'hiç {} değil',
  'hiç de {} değildi',
  '{} değilmiş',
  '{} değildi',
  'pek {} sayılmaz',
  '{} sayılmaz',
  'o kadar da {} değil',
  'asla {} değil',
  '{} bir yanı yok',
  '{} denemez',
  '{} değiller',
  'hiç {} olmadı',
  '{} diyemem',
]
const statements = ['çok {}', '{}', 'gerçekten {}', 'bu kadar {} olmaz', 'tam bir {}', '{} bir hizmet']

/**
 * Two sentences for each strong word and verb of the Turkish lexicon: one that states it, labelled by its valence, and
 * one that denies it, labelled the other way round. Posts hold too few denials for a model to learn what they do.
 * The same sentences each time.
 */
export function lexiconSentences(): LabelledText[] {
  const random = createRandom(SEED)
  return turkishEntries().flatMap((entry) => {
    const sentences = Math.abs(entry.valence) < WEAKEST_VALENCE ? undefined : sentencesOf(entry, random)
    if (sentences === undefined) return []
    const isGood = entry.valence > 0
    return [
      { label: isGood ? 'negative' : 'positive', text: sentences.denied },
      { label: isGood ? 'positive' : 'negative', text: sentences.stated },
    ] satisfies LabelledText[]
  })
}

function sentencesOf({ term, kind }: LexiconEntry, random: Random) {
  const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)] ?? ''
  if (kind === 'nominal' && term.length >= SHORTEST_WORD)
    return { denied: pick(denials).replace('{}', term), stated: pick(statements).replace('{}', term) }
  if (kind !== 'verb') return undefined
  const [stem = term, beforeVowel = stem] = term.split('|')
  const { affirmative, negative } = verbForms(stem, beforeVowel)
  const denied = pick(negative)
  return { denied: random() < 0.5 ? `hiç ${denied}` : denied, stated: pick(affirmative) }
}
