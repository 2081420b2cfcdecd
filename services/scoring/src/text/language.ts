import { createDetector } from './detector.ts'
import { tellingWords } from './stop-words.ts'
import { createTermTable, hashRange } from './term-table.ts'
import { TokenFlag, TokenKind, type Tokens } from './tokenize.ts'

const TR = 1
const EN = 2

/** Evidence points by which one language must lead to be taken without a hint, and to overrule a hint. */
const CLEAR_LEAD = 2
const OVERRULING_LEAD = 4
/** Fewest words with which the detector may confirm a smaller lead, and overrule a hint where there is no lead. */
const MIN_WORDS_TO_OVERRULE = 3
const MIN_WORDS_TO_OVERRULE_UNTOLD = 6

/** Fewest words for which the slow detector is asked; below it guesses. */
const MIN_WORDS_FOR_DETECTOR = 2
/** Of fewer words it is believed only where it names one of the two languages that nearly all texts are in. */
const MIN_WORDS_FOR_ANY_LANGUAGE = 4
/** Written in Azeri alone, whose other words look Turkish. */
const SCHWA = 0x0259
/** What platforms write for "no language" (X's q.., ISO 639-2's special codes). */
const noLanguage = new Set(['und', 'zxx', 'art', 'mul', 'mis', 'qam', 'qct', 'qht', 'qme', 'qst'])
const retiredCodes: Readonly<Record<string, string>> = { in: 'id', iw: 'he', ji: 'yi' }

/** Endings that are common in Turkish words and rare in English ones, on folded text. */
const turkishEndings = [
  'yor',
  'yorum',
  'lar',
  'ler',
  'mis',
  'nin',
  'nun',
  'dan',
  'den',
  'dik',
  'dim',
  'mak',
  'mek',
  'lari',
  'leri',
  'sin',
  'cak',
  'cek',
  'acak',
  'iniz',
]
const englishEndings = ['ing', 'tion', 'ed', 'ly', 'ght', 'th', 'ck', 'ay', 'ow', 'ment', 'ould']

const telling = createTermTable(
  new Map([
    ...[...tellingWords.tr].map((word) => [word, TR] as const),
    ...[...tellingWords.en].map((word) => [word, EN] as const),
  ]),
)
const endings = createTermTable(
  new Map([
    ...turkishEndings.map((end) => [end, TR] as const),
    ...englishEndings.map((end) => [end, EN] as const),
  ]),
)
const endingLengths = [...new Set([...turkishEndings, ...englishEndings].map((end) => end.length))]

/** Names a text's language as a BCP 47 primary subtag, or `und`. */
export type LanguageIdentifier = (tokens: Tokens, hint?: string) => string

/**
 * Makes an identifier tuned for short noisy Turkish and English. The platform's hint is followed unless function
 * words, letters and endings clearly speak for the other, alone or with eld agreeing. Without a hint eld is asked only
 * where they do not decide, and its answers are kept (at most 2,048, the oldest go first). The answer depends on the
 * text and hint alone.
 */
export function createLanguageIdentifier(): LanguageIdentifier {
  const askDetector = createDetector()

  return function identifyLanguage(tokens, hint) {
    const { turkish, english, words, nonLatin, schwas } = weigh(tokens)
    const hinted = primarySubtag(hint)
    if (schwas * 6 > words) return 'az'
    const lead = turkish - english
    if (nonLatin * 2 > words) return scriptLanguage(tokens, hinted) ?? askDetector(tokens.text).language
    if (hinted !== undefined) {
      const needed = hinted === 'tr' || hinted === 'en' ? OVERRULING_LEAD : OVERRULING_LEAD + 2
      if (lead >= needed && hinted !== 'tr') return 'tr'
      if (-lead >= needed && hinted !== 'en') return 'en'
      const own = hinted === 'tr' ? turkish : hinted === 'en' ? english : 0
      const other = Math.max(hinted === 'tr' ? 0 : turkish, hinted === 'en' ? 0 : english)
      const isDoubtful =
        (other >= CLEAR_LEAD && other > own && words >= MIN_WORDS_TO_OVERRULE) ||
        (own === 0 && words >= MIN_WORDS_TO_OVERRULE_UNTOLD && (hinted === 'tr' || hinted === 'en'))
      if (!isDoubtful) return hinted
      const found = askDetector(tokens.text)
      if (other >= CLEAR_LEAD && found.language === (turkish > english ? 'tr' : 'en')) return found.language
      return words >= MIN_WORDS_TO_OVERRULE_UNTOLD && found.isReliable ? found.language : hinted
    }
    // a foreign text holds a few telling words by chance, so the lead must also be a share of its words
    if (lead >= CLEAR_LEAD && lead * 6 >= words) return 'tr'
    if (-lead >= CLEAR_LEAD && -lead * 6 >= words) return 'en'
    if (words < MIN_WORDS_FOR_DETECTOR) return 'und'
    const { language: found, isReliable, nearlyAsLikely } = askDetector(tokens.text)
    if (found === 'tr' || found === 'en') return found
    if (words < MIN_WORDS_FOR_ANY_LANGUAGE) return 'und'
    return isReliable ? found : (nearlyAsLikely ?? 'und')
  }
}

/** The primary subtag of a platform's language tag in lower case, or undefined where it names no language. */
export function primarySubtag(tag: string | undefined): string | undefined {
  if (tag === undefined) return undefined
  const subtag = /^[a-z]{2,3}(?=$|[-_])/i.exec(tag)?.[0].toLowerCase()
  if (subtag === undefined || noLanguage.has(subtag)) return undefined
  return retiredCodes[subtag] ?? subtag
}

interface Evidence {
  turkish: number
  english: number
  words: number
  nonLatin: number
  /** Words with the letter ə. */
  schwas: number
}

/** Points for either language: 2 a function word or Turkish letter, 1 a telling ending. */
function weigh(tokens: Tokens): Evidence {
  let turkish = 0
  let english = 0
  let words = 0
  let nonLatin = 0
  let schwas = 0
  for (let i = 0; i < tokens.count; i++) {
    if (tokens.kinds[i] !== TokenKind.word) continue
    const flags = tokens.flags[i] as number
    words++
    if ((flags & TokenFlag.nonLatin) !== 0) {
      nonLatin++
      if (hasSchwa(tokens, i)) schwas++
      continue
    }
    if ((flags & TokenFlag.turkishLetter) !== 0) {
      turkish += 2
      continue
    }
    const start = tokens.foldedStarts[i] as number
    const end = tokens.foldedEnds[i] as number
    const word = telling.get(tokens.codes, start, end, tokens.hashes[i] as number)
    if (word === TR) turkish += 2
    else if (word === EN) english += (flags & TokenFlag.nonAscii) === 0 ? 2 : 0
    else if (end - start >= 5) {
      const ending = endingOf(tokens.codes, end)
      if (ending === TR) turkish++
      else if (ending === EN) english++
    }
  }
  return { turkish, english, words, nonLatin, schwas }
}

function hasSchwa({ codes, foldedStarts, foldedEnds }: Tokens, at: number): boolean {
  const end = foldedEnds[at] as number
  for (let i = foldedStarts[at] as number; i < end; i++) if (codes[i] === SCHWA) return true
  return false
}

function endingOf(codes: Uint16Array, end: number): number {
  for (const length of endingLengths) {
    const found = endings.get(codes, end - length, end, hashRange(codes, end - length, end))
    if (found !== 0) return found
  }
  return 0
}

/** Kana, Hangul, Greek, Hebrew, Thai, Armenian and Georgian are each written by one large language. */
function scriptLanguage(tokens: Tokens, hinted: string | undefined): string | undefined {
  let found: string | undefined
  for (let i = 0; i < tokens.count && found === undefined; i++) {
    if (tokens.kinds[i] !== TokenKind.word) continue
    for (
      let at = tokens.foldedStarts[i] as number;
      at < (tokens.foldedEnds[i] as number) && found === undefined;
      at++
    ) {
      found = languageOfCode(tokens.codes[at] as number)
    }
  }
  return found ?? (hinted === 'tr' || hinted === 'en' ? undefined : hinted)
}

function languageOfCode(code: number): string | undefined {
  if (code >= 0x3040 && code < 0x3100) return 'ja'
  if (code >= 0xac00 && code < 0xd7b0) return 'ko'
  if (code >= 0x0370 && code < 0x0400) return 'el'
  if (code >= 0x0590 && code < 0x0600) return 'he'
  if (code >= 0x0e00 && code < 0x0e80) return 'th'
  if (code >= 0x0530 && code < 0x0590) return 'hy'
  if (code >= 0x10a0 && code < 0x1100) return 'ka'
  return undefined
}
