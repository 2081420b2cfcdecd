import { CharClass, classOf, foldOf } from './normalise.ts'
import {
  emoticonLength,
  endsInT,
  isApostrophe,
  mayStartUrl,
  skipHandle,
  skipSuffix,
  skipUrl,
} from './scan.ts'

/** What a token is. A hashtag stands before the words it is split into. */
export const TokenKind = { word: 0, hashtag: 1, emoji: 2, gladEmoticon: 3, sadEmoticon: 4 } as const

/** What the source of a token looked like; flags may be combined. */
export const TokenFlag = {
  /** A letter stood three times or more in a row; the folded form keeps two. */
  elongated: 1,
  turkishLetter: 2,
  nonAscii: 4,
  nonLatin: 8,
  inHashtag: 16,
  hasDigit: 32,
} as const

/** The tokens of one text, valid until the tokenizer's next call; arrays are longer than `count`. */
export interface Tokens {
  text: string
  count: number
  readonly kinds: Uint8Array
  readonly flags: Uint8Array
  /** Range in the text, in UTF-16 units. */
  readonly starts: Int32Array
  readonly ends: Int32Array
  /** Folded forms of the words, one after another with one space (32) between. */
  readonly codes: Uint16Array
  /** Range in `codes`; for an emoji, `foldedStarts` holds its code point. */
  readonly foldedStarts: Int32Array
  readonly foldedEnds: Int32Array
  /** FNV-1a over the folded form (words only). */
  readonly hashes: Int32Array
}

/** FNV-1a, 32 bit, offset basis and prime as published by Fowler, Noll and Vo. */
export const FNV_BASIS = 0x811c9dc5 | 0
export const FNV_PRIME = 0x01000193

/** Longest part of a text that is read, in UTF-16 units, and most tokens kept: bounds the work of a hostile text. */
export const MAX_TEXT_UNITS = 8_192
const MAX_TOKENS = 4_096
const SPACE = 32

/** Cuts texts into words, hashtags, emoji and emoticons in one pass; the result is reused by the next call. */
export type Tokenizer = (text: string) => Tokens

/** Makes a tokenizer with buffers of its own. URLs and @mentions yield nothing. */
export function createTokenizer(): Tokenizer {
  const kinds = new Uint8Array(MAX_TOKENS)
  const flags = new Uint8Array(MAX_TOKENS)
  const starts = new Int32Array(MAX_TOKENS)
  const ends = new Int32Array(MAX_TOKENS)
  const codes = new Uint16Array(MAX_TEXT_UNITS * 2)
  const foldedStarts = new Int32Array(MAX_TOKENS)
  const foldedEnds = new Int32Array(MAX_TOKENS)
  const hashes = new Int32Array(MAX_TOKENS)
  const tokens: Tokens = {
    text: '',
    count: 0,
    kinds,
    flags,
    starts,
    ends,
    codes,
    foldedStarts,
    foldedEnds,
    hashes,
  }
  let written = 0

  function push(kind: number, flag: number, start: number, end: number, foldedStart: number): void {
    const at = tokens.count++
    kinds[at] = kind
    flags[at] = flag
    starts[at] = start
    ends[at] = end
    foldedStarts[at] = foldedStart
    foldedEnds[at] = written
  }

  /** Reads one word from `from` and returns where it ended; in a hashtag a new word starts at a capital or digit. */
  function readWord(text: string, from: number, limit: number, inHashtag: boolean): number {
    const foldedStart = written
    let hash = FNV_BASIS
    let flag = inHashtag ? TokenFlag.inHashtag : 0
    let previous = 0
    let beforePrevious = 0
    let previousClass = 0
    let i = from
    for (; i < limit; i++) {
      const code = text.charCodeAt(i)
      const cls = classOf[code] as number
      if (cls === 0) {
        if (previous === 0x6e && isApostrophe(code) && endsInT(text, i + 1)) continue // n't stays one word
        break
      }
      if (cls === CharClass.mark) continue
      if (inHashtag && i > from && startsHashtagWord(cls, previousClass)) break
      previousClass = cls
      const folded = foldOf[code] as number
      if (folded === previous && folded === beforePrevious) {
        flag |= TokenFlag.elongated
        continue
      }
      beforePrevious = previous
      previous = folded
      if (cls > CharClass.upper + CharClass.letter) flag |= flagOf(cls)
      codes[written++] = folded
      hash = Math.imul(hash ^ folded, FNV_PRIME)
    }
    if (written > foldedStart) {
      hashes[tokens.count] = hash
      push(TokenKind.word, flag, from, i, foldedStart)
      codes[written++] = SPACE
    }
    return i
  }

  return function tokenize(text) {
    // Sentiment and terms ask about the same text in turn.
    if (text === tokens.text) return tokens
    tokens.text = text
    tokens.count = 0
    written = 0
    const limit = Math.min(text.length, MAX_TEXT_UNITS)
    let i = 0
    while (i < limit && tokens.count < MAX_TOKENS - 2) {
      const code = text.charCodeAt(i)
      if (code === SPACE) {
        i++
        continue
      }
      const cls = classOf[code] as number
      if (cls !== 0 && cls !== CharClass.mark) {
        const past = mayStartUrl(code) ? skipUrl(text, i, limit) : i
        if (past > i) {
          i = past
          continue
        }
        if ((code | 32) === 0x78 && emoticonLength(text, i) > 0) {
          push(TokenKind.gladEmoticon, 0, i, i + 2, written)
          i += 2
          continue
        }
        i = readWord(text, i, limit, false)
        if (isApostrophe(text.charCodeAt(i))) i = skipSuffix(text, i + 1, limit)
      } else if (code === 0x40) i = skipHandle(text, i + 1, limit)
      else if (code === 0x23) i = readHashtag(text, i, limit)
      else if (code >= 0x2000) i = readSymbol(text, i, code)
      else i = readEmoticon(text, i, limit)
    }
    return tokens
  }

  function readHashtag(text: string, from: number, limit: number): number {
    let end = from + 1
    while (end < limit && (classOf[text.charCodeAt(end)] !== 0 || text.charCodeAt(end) === 0x5f)) end++
    if (end === from + 1) return end
    push(TokenKind.hashtag, 0, from, end, written)
    let i = from + 1
    while (i < end && tokens.count < MAX_TOKENS - 1) {
      const next = readWord(text, i, end, true)
      i = next === i ? i + 1 : next
    }
    return end
  }

  function readSymbol(text: string, at: number, code: number): number {
    if (code >= 0xd800 && code < 0xdc00) {
      const low = text.charCodeAt(at + 1)
      if (!(low >= 0xdc00 && low < 0xe000)) return at + 1
      push(TokenKind.emoji, 0, at, at + 2, ((code - 0xd800) << 10) + (low - 0xdc00) + 0x10000)
      return at + 2
    }
    if (code >= 0x2190 && code < 0x2c00) push(TokenKind.emoji, 0, at, at + 1, code)
    return at + 1
  }

  function readEmoticon(text: string, at: number, limit: number): number {
    const length = emoticonLength(text, at)
    if (length === 0) return at + 1
    push(length > 0 ? TokenKind.gladEmoticon : TokenKind.sadEmoticon, 0, at, at + Math.abs(length), written)
    let i = at + Math.abs(length)
    const last = text.charCodeAt(i - 1)
    while (i < limit && text.charCodeAt(i) === last) i++
    return i
  }
}

/** The tokenizer that sentiment and terms share: its last text is not cut again. */
export const sharedTokenizer: Tokenizer = createTokenizer()

function flagOf(cls: number): number {
  let flag = 0
  if ((cls & CharClass.turkish) !== 0) flag |= TokenFlag.turkishLetter
  if ((cls & CharClass.nonAscii) !== 0) flag |= TokenFlag.nonAscii
  if ((cls & CharClass.nonLatin) !== 0) flag |= TokenFlag.nonLatin
  if ((cls & CharClass.digit) !== 0) flag |= TokenFlag.hasDigit
  return flag
}

function startsHashtagWord(cls: number, previous: number): boolean {
  const upper = (cls & CharClass.upper) !== 0
  const digit = (cls & CharClass.digit) !== 0
  return (upper && (previous & CharClass.upper) === 0) || digit !== ((previous & CharClass.digit) !== 0)
}
