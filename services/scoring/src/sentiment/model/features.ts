import { createTermTable } from '../../text/term-table.ts'
import { FNV_BASIS, FNV_PRIME, TokenFlag, TokenKind, type Tokens } from '../../text/tokenize.ts'
import type { ServedLanguage } from '../languages.ts'
import type { LexiconSum } from '../lexicon-scorer.ts'
import { type AddFeature, FeatureKind } from './feature-kinds.ts'
import { addShape } from './shape.ts'

/** Raised whenever a text yields other features: a model file made with another version is refused. */
export const FEATURES_VERSION = 2

/** The features of one text: bucket numbers, each once; valid until the reader's next call. */
export interface Features {
  readonly buckets: Int32Array
  count: number
}

/** Reads the features of a text that was cut into tokens and looked up in the lexicon of the language. */
export type FeatureReader = (tokens: Tokens, language: ServedLanguage, lexicon: LexiconSum) => Features

const NEGATES_NEXT = 1
const NEGATES_PREVIOUS = 2
const CONTRASTS = 3
/** A negation reaches this many words ahead (English). */
const NEGATION_REACH = 3

const englishNegations =
  'not no never nothing nobody none neither nor cannot cant dont doesnt didnt isnt arent wasnt werent wont wouldnt ' +
  'shouldnt couldnt havent hasnt hadnt aint without hardly barely'
const turnWords: Readonly<Record<ServedLanguage, ReadonlyMap<string, number>>> = {
  en: new Map([
    ...englishNegations.split(' ').map((word) => [word, NEGATES_NEXT] as const),
    ...['but', 'however', 'although', 'though', 'yet'].map((word) => [word, CONTRASTS] as const),
  ]),
  tr: new Map([
    ...['degil', 'yok'].map((word) => [word, NEGATES_PREVIOUS] as const),
    ...['ama', 'fakat', 'ancak', 'lakin'].map((word) => [word, CONTRASTS] as const),
  ]),
}
const turns = { en: createTermTable(turnWords.en), tr: createTermTable(turnWords.tr) }

/** Letter groups of these lengths inside a word, its edges counted as a space. */
const SHORTEST_LETTERS = 3
const LONGEST_LETTERS = 5
/** Bounds the work and the memory of a hostile text; a post of 280 letters has some 700 features. */
const MOST_FEATURES = 1 << 15
const SPACE = 32
const ZERO = 48
const NINE = 57
const TEXT_START = 1
const TEXT_END = 2
const GLAD = 111
const SAD = 222

/** Makes a reader that spreads features over 2^`bits` buckets; it holds 128 KiB and 4 bytes a bucket of its own. */
export function createFeatureReader(bits: number): FeatureReader {
  const buckets = new Int32Array(MOST_FEATURES)
  const features: Features = { buckets, count: 0 }
  const shift = 32 - bits

  const seen = new Int32Array(2 ** bits)
  let turn = 0

  function add(kind: number, hash: number): void {
    const bucket = mix(hash, kind) >>> shift
    if (seen[bucket] === turn || features.count === MOST_FEATURES) return
    seen[bucket] = turn
    buckets[features.count++] = bucket
  }

  function addLetters(kind: number, codes: Uint16Array, start: number, end: number): void {
    for (let from = start - 1; from <= end + 1 - SHORTEST_LETTERS; from++) {
      let hash = FNV_BASIS
      const last = Math.min(from + LONGEST_LETTERS - 1, end)
      for (let at = from; at <= last; at++) {
        const code = at < start || at === end ? SPACE : (codes[at] as number)
        hash = Math.imul(hash ^ code, FNV_PRIME)
        if (at - from >= SHORTEST_LETTERS - 1) add(kind, hash)
      }
    }
  }

  return function readFeatures(tokens, language, lexicon) {
    features.count = 0
    // every text marks with a number of its own, so that nothing has to be wiped between texts
    if (turn === 0x7fff_ffff) {
      seen.fill(0)
      turn = 0
    }
    turn++
    const table = turns[language]
    let previous = TEXT_START
    let negated = 0
    for (let i = 0; i < tokens.count; i++) {
      const kind = tokens.kinds[i] as number
      if (kind === TokenKind.hashtag) continue
      if (kind !== TokenKind.word) {
        const symbol =
          kind === TokenKind.emoji
            ? (tokens.foldedStarts[i] as number)
            : kind === TokenKind.gladEmoticon
              ? GLAD
              : SAD
        add(FeatureKind.symbol, symbol)
        add(FeatureKind.pair, mix(previous, symbol))
        previous = symbol
        continue
      }
      const start = tokens.foldedStarts[i] as number
      const end = tokens.foldedEnds[i] as number
      const word = wordOf(tokens, i, start, end)
      add(FeatureKind.word, word)
      add(FeatureKind.pair, mix(previous, word))
      // "Bad" after "not" is no bad word: its letters must not speak as if it were.
      const letters = negated > 0 ? FeatureKind.negatedLetters : FeatureKind.letters
      addLetters(letters, tokens.codes, start, end)
      if (negated > 0) {
        add(FeatureKind.negated, word)
        negated--
      }
      const turn = table.get(tokens.codes, start, end, tokens.hashes[i] as number)
      if (turn === NEGATES_NEXT || (language === 'en' && endsInNt(tokens.codes, start, end))) {
        negated = NEGATION_REACH
      } else if (turn === NEGATES_PREVIOUS && previous !== TEXT_START) add(FeatureKind.negated, previous)
      else if (turn === CONTRASTS) add(FeatureKind.contrast, 1)
      previous = word
    }
    add(FeatureKind.pair, mix(previous, TEXT_END))
    addLexicon(add, lexicon)
    addShape(add, tokens)
    return features
  }
}

/** The word's hash; numbers are one word for up to three digits and one for more. */
function wordOf(tokens: Tokens, i: number, start: number, end: number): number {
  if (((tokens.flags[i] as number) & TokenFlag.hasDigit) === 0) return tokens.hashes[i] as number
  for (let at = start; at < end; at++) {
    const code = tokens.codes[at] as number
    if (code < ZERO || code > NINE) return tokens.hashes[i] as number
  }
  return end - start > 3 ? ZERO + 1 : ZERO
}

function endsInNt(codes: Uint16Array, start: number, end: number): boolean {
  return end - start > 3 && codes[end - 1] === 0x74 && codes[end - 2] === 0x6e
}

/** The lexicon's sum as steps, so that a linear model can bend it, and how many words stand behind it. */
function addLexicon(add: AddFeature, { sum, evidence }: LexiconSum): void {
  const bounded = Math.max(-10, Math.min(10, Math.round(sum)))
  add(FeatureKind.lexicon, 1_000 + bounded)
  add(FeatureKind.lexicon, 2_000 + Math.min(6, evidence))
  add(FeatureKind.lexicon, 3_000 + Math.sign(bounded))
  for (let step = -8; step <= 8; step++) if (sum > step + 0.2) add(FeatureKind.lexicon, 4_000 + step)
}

/** Murmur3's finaliser over both; the high bits are the good ones. */
function mix(a: number, b: number): number {
  let hash = Math.imul(a ^ b ^ (a >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13) ^ b, 0xc2b2ae35)
  return hash ^ (hash >>> 16)
}
