import { classOf } from './normalise.ts'

/** True for the straight, curly, grave and acute signs people type as an apostrophe. */
export function isApostrophe(code: number): boolean {
  return code === 0x27 || code === 0x2019 || code === 0x60 || code === 0xb4
}

/** True when one t and nothing more of a word stands at `at`, as in don't. */
export function endsInT(text: string, at: number): boolean {
  return (text.charCodeAt(at) | 32) === 0x74 && !isWordAt(text, at + 1)
}

/** Returns where the ending after an apostrophe (`Zirve'nin`, `it's`) ends: it belongs to no word of a lexicon. */
export function skipSuffix(text: string, from: number, limit: number): number {
  let i = from
  while (i < limit && isWordAt(text, i)) i++
  return i
}

/** Returns where the handle that starts at `from`, after its @, ends. */
export function skipHandle(text: string, from: number, limit: number): number {
  let i = from
  while (i < limit) {
    const code = text.charCodeAt(i)
    if (code !== 0x5f && (code > 0x7f || classOf[code] === 0)) break
    i++
  }
  return i
}

const url = /(?:https?:\/\/|www\.|pic\.twitter\.com\/)[^\s\u0000-\u001f]*/iy

/** A cheap first look at a word's first letter: h, w or p. */
export function mayStartUrl(code: number): boolean {
  const lower = code | 32
  return lower === 0x68 || lower === 0x77 || lower === 0x70
}

/** Returns where a URL (`http://`, `https://`, `www.`, `pic.twitter.com/`) that starts at `at` ends, or `at`. */
export function skipUrl(text: string, at: number, limit: number): number {
  const second = text.charCodeAt(at + 1) | 32
  if (second !== 0x74 && second !== 0x77 && second !== 0x69) return at
  url.lastIndex = at
  return url.test(text) ? Math.min(url.lastIndex, limit) : at
}

const CLOSING = ')]'
const OPENING = '([|'
const LAUGHING = 'DpP'

/** Length of the emoticon at `at`: positive for a glad one, negative for a sad one, 0 for none. */
export function emoticonLength(text: string, at: number): number {
  const eyes = text.charCodeAt(at)
  if (eyes === 0x3c) return text.charCodeAt(at + 1) === 0x33 ? 2 : 0
  if ((eyes | 32) === 0x78) {
    return (text.charCodeAt(at + 1) | 32) === 0x64 && isEmoticonEnd(text, at + 2) ? 2 : 0
  }
  if (eyes !== 0x3a && eyes !== 0x3b && eyes !== 0x3d) return 0
  let length = 2
  let mouth = text.charAt(at + 1)
  if (mouth === '-' || mouth === "'" || mouth === '^') {
    mouth = text.charAt(at + 2)
    length = 3
  }
  if (mouth === '') return 0
  if (CLOSING.includes(mouth)) return length
  if (OPENING.includes(mouth)) return -length
  if (!isEmoticonEnd(text, at + length)) return 0
  if (LAUGHING.includes(mouth)) return length
  return mouth === '/' && text.charAt(at + length) !== '/' ? -length : 0
}

function isWordAt(text: string, at: number): boolean {
  return at < text.length && classOf[text.charCodeAt(at)] !== 0
}

/** True when no word goes on at `at`, so that `:D` and `:DD` are emoticons and `:Dal` is not. */
function isEmoticonEnd(text: string, at: number): boolean {
  let i = at
  while ((text.charCodeAt(i) | 32) === 0x64) i++
  return !isWordAt(text, i)
}
