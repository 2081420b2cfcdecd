import type { FoldedText } from './fold.ts'
import { isWordUnit, UNIT } from './unit-info.ts'

/** What a unit of the text is part of; written by `markRegions`. */
export const REGION = {
  PLAIN: 0,
  /** Inside a hashtag, the # itself excluded. */
  TAG: 1,
  /** Inside an @handle, the @ included. */
  HANDLE: 2,
  /** Inside a web or e-mail address: nothing here is a mention. */
  ADDRESS: 3,
} as const

const HASH = 0x23
const AT = 0x40
const UNDERSCORE = 0x5f
const NOT_IN_ADDRESS = new Set(' <>"`{}|\\^')
const SCHEME_CHARACTER = /[a-z]/
const HOST_BEFORE_SLASH = /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,24}$/
const EMAIL_DOMAIN = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+/

/** The units' REGION values, and the hashtags' spans in order, the # excluded. */
export interface Regions {
  kinds: Uint8Array
  tags: readonly Span[]
}

/** Half-open range of folded units. */
export interface Span {
  start: number
  end: number
}

/**
 * Which units of the text lie in hashtags, handles and addresses; undefined when the text has none of them. The facts
 * of units in addresses become UNIT.OTHER, so that a word, tag or handle ends where an address begins.
 */
export function markRegions(folded: FoldedText): Regions | undefined {
  const { text } = folded
  const hasAddress = text.includes('/') || text.includes('www.') || text.includes('@')
  if (!hasAddress && !text.includes('#')) return undefined
  const kinds = new Uint8Array(text.length)
  const tags: Span[] = []
  if (hasAddress) markAddresses(folded, kinds)
  for (let index = 0; index < text.length; index += 1) {
    if (kinds[index] !== REGION.PLAIN) continue
    const code = text.charCodeAt(index)
    if (code !== HASH && code !== AT) continue
    const end = code === HASH ? tagEnd(folded, index + 1) : handleEnd(folded, index)
    kinds.fill(code === HASH ? REGION.TAG : REGION.HANDLE, code === HASH ? index + 1 : index, end)
    if (code === HASH && end > index + 1) tags.push({ start: index + 1, end })
    index = Math.max(index, end - 1)
  }
  return { kinds, tags }
}

/** The hashtag that holds the unit, found by halving so that a text full of tags costs no more than it must. */
export function tagAt({ tags }: Regions, index: number): Span | undefined {
  let low = 0
  let high = tags.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const tag = tags[middle]
    if (tag === undefined) return undefined
    if (index < tag.start) high = middle - 1
    else if (index >= tag.end) low = middle + 1
    else return tag
  }
  return undefined
}

function tagEnd({ text, units }: FoldedText, from: number): number {
  let end = from
  while (end < text.length && (isWordUnit(units[end] ?? 0) || text.charCodeAt(end) === UNDERSCORE)) end += 1
  return end
}

/** Where the handle that begins with the @ at `at` ends; `at` itself when it is no handle. */
function handleEnd({ text, units }: FoldedText, at: number): number {
  const isHandleUnit = (index: number) =>
    isWordUnit(units[index] ?? 0) || text.charCodeAt(index) === UNDERSCORE
  if (at > 0 && isHandleUnit(at - 1)) return at
  if (!isHandleUnit(at + 1)) return at
  // A Latin handle ends where another script begins (`@thyの`); a Weibo handle is in Han to begin with.
  const isAscii = text.charCodeAt(at + 1) < 0x80
  const goesOn = (index: number) => isHandleUnit(index) && (!isAscii || text.charCodeAt(index) < 0x80)
  let end = at + 1
  while (end < text.length) {
    if (goesOn(end)) end += 1
    // Bluesky and Instagram handles have dots, YouTube's hyphens, Mastodon's a second @.
    else if ('.-@'.includes(text.charAt(end)) && goesOn(end + 1)) end += 1
    else break
  }
  return end
}

function markAddresses({ text, units }: FoldedText, kinds: Uint8Array): void {
  let start = 0
  while (start < text.length) {
    let end = start
    // Folding makes Latin letters ASCII, so an address ends at the first CJK sign or emoji too.
    while (end < text.length && text.charCodeAt(end) < 0x7f && !NOT_IN_ADDRESS.has(text.charAt(end))) end += 1
    if (end - start > 3) {
      const token = text.slice(start, end)
      const urlStart = findUrl(token)
      if (urlStart >= 0) kinds.fill(REGION.ADDRESS, start + urlStart, end)
      markEmails(token.slice(0, urlStart < 0 ? token.length : urlStart), start, kinds)
    }
    start = end + 1
  }
  for (const [index, kind] of kinds.entries()) if (kind === REGION.ADDRESS) units[index] = UNIT.OTHER
}

/** Offset at which the first web address begins in a run without spaces, or -1. */
function findUrl(token: string): number {
  const starts = [findScheme(token), findWww(token), findHostBeforePath(token)].filter((start) => start >= 0)
  return starts.length === 0 ? -1 : Math.min(...starts)
}

function findScheme(token: string): number {
  const colon = token.indexOf('://')
  let start = colon
  while (start > 0 && SCHEME_CHARACTER.test(token.charAt(start - 1))) start -= 1
  // People paste a link right behind a word: `...rezaletihttps://`.
  const web = /https?$/.exec(token.slice(start, Math.max(start, colon)))
  if (web !== null) return colon - web[0].length
  return start < colon ? start : -1
}

function findWww(token: string): number {
  const www = token.indexOf('www.')
  return www > 0 && /[a-z0-9]/.test(token.charAt(www - 1)) ? -1 : www
}

/** `ornek.com/yol`; a domain without a path is left, since people call companies by it. */
function findHostBeforePath(token: string): number {
  const slash = token.indexOf('/')
  let host = slash
  while (host > 0 && /[a-z0-9.-]/.test(token.charAt(host - 1))) host -= 1
  return HOST_BEFORE_SLASH.test(token.slice(host, Math.max(slash, host))) ? host : -1
}

function markEmails(token: string, offset: number, kinds: Uint8Array): void {
  for (let at = token.indexOf('@'); at >= 0; at = token.indexOf('@', at + 1)) {
    let start = at
    while (start > 0 && /[a-z0-9._%+-]/.test(token.charAt(start - 1))) start -= 1
    // `@user@host.tld` is a Mastodon handle.
    if (start === at || token.charAt(start - 1) === '@') continue
    let domainEnd = at + 1
    while (domainEnd < token.length && /[a-z0-9.-]/.test(token.charAt(domainEnd))) domainEnd += 1
    const domain = EMAIL_DOMAIN.exec(token.slice(at + 1, domainEnd))
    if (domain !== null && /[a-z0-9]/.test(token.slice(start, at))) {
      kinds.fill(REGION.ADDRESS, offset + start, offset + at + 1 + domain[0].length)
    }
  }
}
