import { caseOf, kindOf, UNIT } from './unit-info.ts'

/**
 * A text made comparable: `units[i]` holds the UNIT bits of `text.charCodeAt(i)`, its case from before folding; behind the
 * text's end they are UNIT.OTHER.
 */
export interface FoldedText {
  text: string
  units: Uint8Array
}

/** What a reader does not see (soft hyphen, joiners, direction marks, variation selectors); ZWSP is made a space before. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu
/** Made spaces: ZWSP, and what NFKC would turn into letters or digits and glue to the name before it (™ ℠ ²). */
const GLUED_SIGNS = /[\u200b\u2122\u2120\u00b2\u00b3\u00b9\u2070\u2074-\u2079]/g
/** Anything but ASCII, the letters of Western Europe and the Turkish ones, which NFKC leaves as they are. */
const NEEDS_NORMALIZING = /[^\0-\x7f\u00c0-\u00ff\u011e\u011f\u0130\u0131\u015e\u015f]/
const APOSTROPHES = new Set("'`´ʹʻʼʽ՚‘’‛′")
const DASHES = new Set('‐‑‒–—―−﹘﹣')
const FOLDED_BY_HAND: Readonly<Record<string, string>> = {
  ı: 'i',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ł: 'l',
  ħ: 'h',
  ŧ: 't',
  ς: 'σ',
}
const WHITE_SPACE = /[\s\u0085]/
const BARE_LETTER_SCRIPTS = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]/u
const MARKS = /\p{M}/u
const COMBINING_MARKS = /[\u0300-\u036f]/g

interface FoldedUnit {
  text: string
  /** The code of `text` where that is one unit of Latin-1; -1 otherwise. */
  letter: number
  /** UNIT bits given to every unit of `text`. */
  bits: number
  isSpace: boolean
  /** A combining mark of U+0300–036F: dropped after a Latin, Greek or Cyrillic letter, kept elsewhere. */
  isMark: boolean
  takesMarks: boolean
  /** A mark of another script: the letter before it goes on taking marks, as normalising may move it behind them. */
  isOtherMark: boolean
}

const MOST_KNOWN = 20_000
const known = new Map<number, FoldedUnit>()
/** The letters of most texts are looked up by their place, several times as fast as in a map. */
const COMMON_BELOW = 0x250
const common: (FoldedUnit | undefined)[] = new Array(COMMON_BELOW).fill(undefined)

function foldCharacter(character: string): Omit<FoldedUnit, 'letter'> {
  const takesMarks = BARE_LETTER_SCRIPTS.test(character)
  const code = character.charCodeAt(0)
  const isMark = code >= 0x300 && code <= 0x36f
  const isOtherMark = !isMark && MARKS.test(character)
  const other = { bits: UNIT.OTHER, isSpace: false, isMark, takesMarks, isOtherMark }
  if (WHITE_SPACE.test(character)) return { ...other, text: ' ', isSpace: true }
  if (APOSTROPHES.has(character)) return { ...other, text: "'" }
  if (DASHES.has(character)) return { ...other, text: '-' }
  let text = character.toLowerCase()
  if (takesMarks) text = text.normalize('NFD').replace(COMBINING_MARKS, '')
  text = Array.from(text, (part) => FOLDED_BY_HAND[part] ?? part).join('')
  // A Latin capital can fold to a letter of its own (ẞ → ß → ss), hence the kind of the result, the case of the source.
  const bits = kindOf(text === '' ? character : text) | caseOf(character)
  return { ...other, text, bits }
}

function foldOf(character: string): FoldedUnit {
  const codePoint = character.codePointAt(0) ?? 0
  const cached = known.get(codePoint)
  if (cached !== undefined) return cached
  const { text, bits, isSpace, isMark, takesMarks, isOtherMark } = foldCharacter(character)
  const letter = text.length === 1 && text <= '\xff' ? text.charCodeAt(0) : -1
  // One shape for all, which is read several times as fast.
  const made = { text, letter, bits, isSpace, isMark, takesMarks, isOtherMark }
  // Emptied when full, so that a hostile text cannot fill it for good with letters nobody uses.
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(codePoint, made)
  return made
}

/** Both halves of a pair, or one unit. */
function characterAt(source: string, index: number): string {
  const isHigh = (source.charCodeAt(index) & 0xfc00) === 0xd800
  return (source.charCodeAt(index + 1) & 0xfc00) === 0xdc00 && isHigh
    ? source.slice(index, index + 2)
    : source.charAt(index)
}

function normalize(raw: string): string {
  if (!NEEDS_NORMALIZING.test(raw)) return raw
  // U+00B4 first: NFKC would make it a space with a mark on it.
  return raw.replace(GLUED_SIGNS, ' ').replace(INVISIBLE, '').replaceAll('\u00b4', "'").normalize('NFKC')
}

/**
 * Folds case, Turkish dots and diacritics, width and compatibility forms, apostrophes, dashes and runs of white
 * space, so that `IŞIK`, `ışık`, `Isik` and `ｉｓｉｋ` all read `isik`. Never throws; folding twice changes nothing.
 */
export function foldText(raw: string): FoldedText {
  const source = normalize(raw)
  let text = ''
  let units = new Uint8Array(source.length + 8)
  // Letters folded to Latin-1, which are most, are gathered as bytes and become text in one piece.
  let letters = Buffer.allocUnsafe(units.length)
  let length = 0
  let taken = 0
  let afterSpace = false
  let afterBareLetter = false
  for (let index = 0; index < source.length; index += 1) {
    const code = source.charCodeAt(index)
    let folded = common[code]
    if (folded === undefined) {
      const character = characterAt(source, index)
      folded = foldOf(character)
      if (code < COMMON_BELOW) common[code] = folded
      index += character.length - 1
    }
    if (folded.isSpace && afterSpace) continue
    if (folded.isMark && afterBareLetter) continue
    afterSpace = folded.isSpace
    afterBareLetter = folded.takesMarks || (folded.isOtherMark && afterBareLetter)
    if (length + folded.text.length > units.length) {
      const wider = new Uint8Array(units.length * 2)
      wider.set(units)
      units = wider
      letters = Buffer.concat([letters], wider.length)
    }
    if (folded.letter >= 0) {
      units[length] = folded.bits
      letters[length] = folded.letter
      length += 1
      continue
    }
    if (length > taken) text += letters.toString('latin1', taken, length)
    text += folded.text
    for (let part = 0; part < folded.text.length; part += 1) {
      units[length] = folded.bits
      length += 1
    }
    taken = length
  }
  return { text: text + letters.toString('latin1', taken, length), units }
}

/** A pattern as the folded text would spell it, without white space at its ends. */
export function foldPattern(pattern: string): string {
  return foldText(pattern).text.trim()
}
