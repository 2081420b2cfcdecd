import type { FoldedText } from './fold.ts'
import type { Span } from './regions.ts'
import { isTurkishSuffix, LONGEST_SUFFIX } from './turkish-suffix.ts'
import { isWordUnit, joins, UNIT } from './unit-info.ts'

/** From this many letters on, a name takes any known ending without an apostrophe in running text. */
const LONG_NAME = 4
/** A shorter name takes an ending of at least this many letters in any case (`thyden`). */
const LONG_SUFFIX = 3

/** Whether text[start, end) stands as a word of its own in running text, a Turkish ending without apostrophe allowed. */
export function isWholeWord(folded: FoldedText, start: number, end: number): boolean {
  const { text, units } = folded
  if (start > 0 && joins(unit(units, start - 1), unit(units, start))) return false
  if (end >= text.length || !joins(unit(units, end - 1), unit(units, end))) return true
  let wordEnd = end
  const limit = Math.min(text.length, end + LONGEST_SUFFIX + 1)
  while (wordEnd < limit && joins(unit(units, wordEnd - 1), unit(units, wordEnd))) wordEnd += 1
  const suffix = text.slice(end, wordEnd)
  if (!isTurkishSuffix(suffix)) return false
  if (end - start >= LONG_NAME || suffix.length >= LONG_SUFFIX) return true
  // `THYde` against `thyde`: capitals show where a short name ends; one letter after it could be anything.
  return suffix.length >= 2 && isAllUpper(units, start, end) && isAllLower(units, end, wordEnd)
}

/**
 * Whether text[start, end) is a part of the hashtag text[tag.start, tag.end): the whole tag, or set off on both sides
 * by the tag's end, an underscore, a change of case, of script or between letters and digits, or, behind, by a
 * Turkish ending.
 */
export function isTagPart(folded: FoldedText, start: number, end: number, tag: Span): boolean {
  const { start: tagStart, end: tagEnd } = tag
  if (start !== tagStart && !isTagBreak(folded, start)) return false
  if (end === tagEnd || isTagBreak(folded, end)) return true
  let partEnd = end
  const limit = Math.min(tagEnd, end + LONGEST_SUFFIX + 1)
  while (partEnd < limit && !isTagBreak(folded, partEnd)) partEnd += 1
  if (isTurkishSuffix(folded.text.slice(end, partEnd))) return true
  // `#THYrezalet`: a tag that opens with the name in capitals and goes on in small letters.
  return (
    start === tagStart &&
    isAllUpper(folded.units, start, end) &&
    isAllLower(folded.units, end, Math.min(end + 2, partEnd))
  )
}

function isTagBreak({ text, units }: FoldedText, at: number): boolean {
  const left = unit(units, at - 1)
  const right = unit(units, at)
  if (!joins(left, right)) return true
  const leftIsDigit = (left & UNIT.KIND_MASK) === UNIT.DIGIT
  const rightIsDigit = (right & UNIT.KIND_MASK) === UNIT.DIGIT
  if (leftIsDigit !== rightIsDigit) return true
  if ((right & UNIT.UPPER) === 0) return false
  if ((left & UNIT.LOWER) !== 0) return true
  // `THYRezaleti`: the last capital of a run begins the next word.
  return at + 1 < text.length && (unit(units, at + 1) & UNIT.LOWER) !== 0
}

function isAllUpper(units: Uint8Array, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) if ((unit(units, index) & UNIT.UPPER) === 0) return false
  return end - start >= 2
}

function isAllLower(units: Uint8Array, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) if ((unit(units, index) & UNIT.LOWER) === 0) return false
  return true
}

function unit(units: Uint8Array, index: number): number {
  return units[index] ?? UNIT.OTHER
}

/** Words of a folded pattern (runs of letters, digits and marks), in order. */
export function wordsOf(folded: FoldedText): string[] {
  const words: string[] = []
  let word = ''
  for (let index = 0; index <= folded.text.length; index += 1) {
    if (index < folded.text.length && isWordUnit(unit(folded.units, index))) word += folded.text.charAt(index)
    else if (word !== '') {
      words.push(word)
      word = ''
    }
  }
  return words
}
