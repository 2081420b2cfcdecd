import { CharClass, classOf } from '../../text/normalise.ts'
import { MAX_TEXT_UNITS, TokenFlag, TokenKind, type Tokens } from '../../text/tokenize.ts'
import { type AddFeature, FeatureKind } from './feature-kinds.ts'

const AT = 0x40
const SPACE = 0x20
const AFTER_AT = 1
const WORDS_PER_STEP = 4

/** Adds what a text looks like: marks, capitals, drawn-out words, length, whether it links, names or quotes somebody. */
export function addShape(add: AddFeature, tokens: Tokens): void {
  const { text } = tokens
  let exclamations = 0
  let questions = 0
  let dots = 0
  let handles = 0
  let quotes = 0
  let digits = 0
  const limit = Math.min(text.length, MAX_TEXT_UNITS)
  for (let i = 0; i < limit; i++) {
    const code = text.charCodeAt(i)
    if (code > AT && code < 0x201c) continue
    if (code === SPACE) continue
    if (code === 0x21) exclamations++
    else if (code === 0x3f) questions++
    else if (code === 0x2e) {
      if (text.charCodeAt(i + 1) === 0x2e && text.charCodeAt(i - 1) !== 0x2e) dots++
    } else if (code === AT) {
      if (classOf[text.charCodeAt(i + AFTER_AT)] !== 0) handles++
    } else if (code === 0x22 || code === 0x201c || code === 0x201d) quotes++
    else if (code >= 0x30 && code <= 0x39) digits++
  }
  const { words, symbols, hashtags, shouted, drawnOut } = countTokens(tokens)
  let field = 0
  const step = (count: number, most: number) => {
    field++
    add(FeatureKind.shape, field * 16 + Math.min(count, most))
  }
  step(exclamations, 3)
  step(questions, 2)
  step(dots, 2)
  step(shouted, 3)
  step(drawnOut, 2)
  step(hashtags, 3)
  step(symbols, 3)
  step(hasLink(text) ? 1 : 0, 1)
  step(handles, 3)
  step(Math.floor(words / WORDS_PER_STEP), 6)
  step(text.startsWith('RT ') ? 1 : 0, 1)
  step(text.charCodeAt(0) === AT ? 1 : 0, 1)
  step(quotes, 1)
  step(digits, 1)
}

function hasLink(text: string): boolean {
  return text.includes('http') || text.includes('www.') || text.includes('pic.twitter')
}

function countTokens(tokens: Tokens) {
  let words = 0
  let symbols = 0
  let hashtags = 0
  let shouted = 0
  let drawnOut = 0
  for (let i = 0; i < tokens.count; i++) {
    const kind = tokens.kinds[i] as number
    if (kind === TokenKind.hashtag) hashtags++
    else if (kind !== TokenKind.word) symbols++
    else {
      words++
      if (((tokens.flags[i] as number) & TokenFlag.elongated) !== 0) drawnOut++
      if (isShouted(tokens, i)) shouted++
    }
  }
  return { words, symbols, hashtags, shouted, drawnOut }
}

/** Three letters or more, all of them capitals. */
function isShouted(tokens: Tokens, i: number): boolean {
  const start = tokens.starts[i] as number
  const end = tokens.ends[i] as number
  if (end - start < 3) return false
  for (let at = start; at < end; at++) {
    if (((classOf[tokens.text.charCodeAt(at)] as number) & CharClass.upper) === 0) return false
  }
  return true
}
