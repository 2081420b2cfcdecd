/** Facts about one folded UTF-16 unit, packed in a byte: the low bits say which letters it may join, the rest its case. */
export const UNIT = {
  /** Space, punctuation, symbol, emoji: joins nothing. */
  OTHER: 0,
  LATIN: 1,
  DIGIT: 2,
  /** A letter of another script written with spaces: Greek, Cyrillic, Arabic, Hebrew, Devanagari … */
  SPACED: 3,
  /** A letter of a script written without spaces, or with particles attached: Han, kana, Hangul, Thai … */
  UNSPACED: 4,
  KIND_MASK: 7,
  UPPER: 8,
  LOWER: 16,
} as const

const UNSPACED_LETTER =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}々ー]/u
const WORD_CHARACTER = /[\p{L}\p{M}\p{N}]/u
const LATIN_LETTER = /\p{Script=Latin}/u
const DIGIT = /\p{Nd}/u
// U+20E3 turns a digit into an emoji; it is a mark, but no part of a word. Variation selectors never get here.
const ENCLOSING = /\p{Me}/u

/** The kind (one of UNIT.OTHER … UNIT.UNSPACED) of a whole character. */
export function kindOf(character: string): number {
  if (!WORD_CHARACTER.test(character) || ENCLOSING.test(character)) return UNIT.OTHER
  if (DIGIT.test(character)) return UNIT.DIGIT
  if (UNSPACED_LETTER.test(character)) return UNIT.UNSPACED
  return LATIN_LETTER.test(character) ? UNIT.LATIN : UNIT.SPACED
}

/** The case bits of a character as it stood in the text, before folding; 0 where the script has no case. */
export function caseOf(character: string): number {
  if (character !== character.toLowerCase()) return UNIT.UPPER
  return character !== character.toUpperCase() ? UNIT.LOWER : 0
}

/** Whether two neighbouring units belong to one word, so that no boundary lies between them. */
export function joins(left: number, right: number): boolean {
  const a = left & UNIT.KIND_MASK
  const b = right & UNIT.KIND_MASK
  if (a === UNIT.OTHER || b === UNIT.OTHER || a === UNIT.UNSPACED || b === UNIT.UNSPACED) return false
  // Latin beside Cyrillic or Arabic letters is a change of language, not one word.
  return !((a === UNIT.LATIN && b === UNIT.SPACED) || (a === UNIT.SPACED && b === UNIT.LATIN))
}

/** Whether a unit is a letter or digit of any script. */
export function isWordUnit(info: number): boolean {
  return (info & UNIT.KIND_MASK) !== UNIT.OTHER
}
