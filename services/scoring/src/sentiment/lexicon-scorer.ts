import { createTermTable, hashRange, type TermTable } from '../text/term-table.ts'
import { TokenFlag, TokenKind, type Tokens } from '../text/tokenize.ts'
import { emojiValences, lexiconTerms, type ServedLanguage } from './languages.ts'
import { Modifier, modifiersOf } from './modifiers.ts'

/** What a lexicon found in one text. */
export interface LexiconSum {
  /** Sum of valences on AFINN's scale, after negation, emphasis and contrast. */
  sum: number
  /** How many words, phrases, emoji and emoticons carried a valence. */
  evidence: number
}

/** Sums the valences of a text's words in one language, or of its emoji alone if the language is undefined. */
export type LexiconScorer = (tokens: Tokens, language: ServedLanguage | undefined) => LexiconSum

// a term's packed value: valence + 16 in the low five bits, modifiers above, then the phrase flag
const VALENCE_BITS = 5
const VALENCE_ZERO = 16
const PHRASE_START = 1 << 12

/** A negation reaches this many words ahead (English). */
const NEGATION_REACH = 3
/** A booster or dampener reaches the next two words. */
const EMPHASIS_REACH = 2
const BOOST = 1.4
const DAMPEN = 0.6
/** What stands before "but" keeps this share. */
const BEFORE_CONTRAST = 0.5
/** A turned valence is weaker than the opposite word: "not good" is no "bad". */
const TURNED = 0.75
/** More of the same emoji than this say nothing new. */
const MOST_EMOJI = 3
const EMOTICON_VALENCE = 2
/** Fewest letters in a hashtag without capitals for words to be looked for at its ends, and fewest such a word has. */
const JOINED_HASHTAG = 8
const JOINED_WORD = 5
/** Words run together beyond this many letters are not searched: the work grows with the square of the length. */
const LONGEST_JOINED = 40

let compiled: Record<ServedLanguage, TermTable> | undefined

/** Makes a scorer; the first call in a process builds the tables (about half a second for some 260,000 Turkish forms). */
export function createLexiconScorer(): LexiconScorer {
  compiled ??= { en: compile('en'), tr: compile('tr') }
  const tables = compiled
  const emoji = emojiValences()
  const collapsed = new Uint16Array(64)

  function lookUp(table: TermTable, tokens: Tokens, at: number): number {
    const start = tokens.foldedStarts[at] as number
    const end = tokens.foldedEnds[at] as number
    const value = table.get(tokens.codes, start, end, tokens.hashes[at] as number)
    if (value !== 0) return value
    const flags = tokens.flags[at] as number
    if ((flags & TokenFlag.elongated) !== 0) return withoutDoubles(table, tokens.codes, start, end)
    const joined = (flags & TokenFlag.inHashtag) !== 0 && end - start >= JOINED_HASHTAG
    return joined && end - start <= LONGEST_JOINED ? atEnds(table, tokens.codes, start, end) : 0
  }

  function withoutDoubles(table: TermTable, codes: Uint16Array, start: number, end: number): number {
    let length = 0
    for (let i = start; i < end && length < collapsed.length; i++) {
      if (i === start || codes[i] !== codes[i - 1]) collapsed[length++] = codes[i] as number
    }
    return table.get(collapsed, 0, length, hashRange(collapsed, 0, length))
  }

  return function scoreTokens(tokens, language) {
    const table = language === undefined ? undefined : tables[language]
    let sum = 0
    let evidence = 0
    let emojiSeen = 0
    let negatedAt = -100
    let emphasisAt = -100
    let emphasis = 1
    let lastAt = -100
    let last = 0
    for (let i = 0; i < tokens.count; i++) {
      const kind = tokens.kinds[i]
      if (kind === TokenKind.hashtag) continue
      if (kind !== TokenKind.word) {
        const valence =
          kind === TokenKind.emoji
            ? (emoji.get(tokens.foldedStarts[i] as number) ?? 0)
            : kind === TokenKind.gladEmoticon
              ? EMOTICON_VALENCE
              : -EMOTICON_VALENCE
        if (valence !== 0 && ++emojiSeen <= MOST_EMOJI) {
          sum += valence
          evidence++
        }
        continue
      }
      if (table === undefined) continue
      let value = lookUp(table, tokens, i)
      if (value === 0) continue
      let end = i
      if ((value & PHRASE_START) !== 0) {
        for (let words = 3; words >= 2 && end === i; words--) {
          const phrase = lookUpPhrase(table, tokens, i, words)
          if (phrase !== 0) {
            value = phrase
            end = i + words - 1
          }
        }
      }
      const modifier = (value & (PHRASE_START - 1)) >> VALENCE_BITS
      let valence = (value & 31) - VALENCE_ZERO
      if (modifier !== 0) {
        if (
          (modifier & Modifier.negatesPrevious) !== 0 &&
          lastAt === i - 1 &&
          !isQuestion(table, tokens, i + 1)
        ) {
          sum -= last + last * TURNED
          last = 0
        }
        if ((modifier & Modifier.contrasts) !== 0) sum *= BEFORE_CONTRAST
      }
      if (valence !== 0) {
        if (i - negatedAt <= NEGATION_REACH) valence *= -TURNED
        if (i - emphasisAt <= EMPHASIS_REACH) valence *= emphasis
        sum += valence
        evidence++
        last = valence
        lastAt = end
      }
      if ((modifier & Modifier.negatesNext) !== 0) negatedAt = i
      if ((modifier & (Modifier.boosts | Modifier.dampens)) !== 0) {
        emphasisAt = i
        emphasis = (modifier & Modifier.boosts) !== 0 ? BOOST : DAMPEN
      }
      i = end
    }
    return { sum, evidence }
  }
}

/** Packs a language's valences, modifiers and phrase starts into one table. */
function compile(language: ServedLanguage): TermTable {
  const packed = new Map<string, number>()
  const add = (term: string, bits: number) => packed.set(term, (packed.get(term) ?? VALENCE_ZERO) | bits)
  for (const [term, valence] of lexiconTerms(language)) packed.set(term, valence + VALENCE_ZERO)
  for (const [term, modifier] of modifiersOf(language)) add(term, modifier << VALENCE_BITS)
  for (const term of [...packed.keys()]) {
    const space = term.indexOf(' ')
    if (space > 0) add(term.slice(0, space), PHRASE_START)
  }
  return createTermTable(packed)
}

function lookUpPhrase(table: TermTable, tokens: Tokens, at: number, words: number): number {
  if (at + words > tokens.count) return 0
  for (let i = at + 1; i < at + words; i++) if (tokens.kinds[i] !== TokenKind.word) return 0
  const start = tokens.foldedStarts[at] as number
  const end = tokens.foldedEnds[at + words - 1] as number
  return table.get(tokens.codes, start, end, hashRange(tokens.codes, start, end))
}

function isQuestion(table: TermTable, tokens: Tokens, at: number): boolean {
  if (at >= tokens.count || tokens.kinds[at] !== TokenKind.word) return false
  const value = table.get(
    tokens.codes,
    tokens.foldedStarts[at] as number,
    tokens.foldedEnds[at] as number,
    tokens.hashes[at] as number,
  )
  return (((value & (PHRASE_START - 1)) >> VALENCE_BITS) & Modifier.asks) !== 0
}

/** Looks for a word of strong valence at either end of words run together (`#boykotfirma`); the longest at the front wins. */
function atEnds(table: TermTable, codes: Uint16Array, start: number, end: number): number {
  for (let length = end - start - 1; length >= JOINED_WORD; length--) {
    for (const from of [start, end - length]) {
      const value = table.get(codes, from, from + length, hashRange(codes, from, from + length))
      if (value !== 0 && Math.abs((value & 31) - VALENCE_ZERO) >= 2) return value & 31
    }
  }
  return 0
}
