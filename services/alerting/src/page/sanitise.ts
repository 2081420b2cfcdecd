/** Text longer than this (UTF-16 units) is cut before anything else, so that 100 kB of tricks cost no more than a tweet. */
const workingLength = 16_384

/** Marks on one letter beyond which it is decoration meant to spill over its line; real scripts need at most four. */
const marksPerLetter = 4

/**
 * Foreign text made safe to show as one line anywhere: no control characters, terminal codes, bidirectional controls,
 * invisible characters, lone surrogates or stacked marks; white space becomes single spaces. Empty when nothing is left.
 * Escaping for a format (HTML, Slack, JSON) is still the channel's work.
 */
export function sanitiseLine(text: string): string {
  return text
    .slice(0, workingLength)
    .replace(terminalCodes, '')
    .replace(breaks, ' ')
    .replace(invisible, '')
    .replace(looseJoiners, '')
    .replace(stackedMarks, '$1')
    .replace(/\s+/gu, ' ')
    .trim()
}

/**
 * A foreign text as a page quotes it: one safe line, at most `limit` graphemes, between quotation marks, its links made
 * unclickable. The marks are part of the value on purpose: such a text never begins a line or a cell, so `=`, `+`, `-`
 * and `@` are no formula in whatever spreadsheet a page is copied or exported to. Undefined when nothing is left to show.
 */
export function quoteForeign(text: string, limit: number): string | undefined {
  const line = disarmLinks(sanitiseLine(text))
  if (line === '') return undefined
  return `“${cutGraphemes(line.replace(/[“”„‟"＂]/gu, "'"), limit)}”`
}

/** A grapheme may be a chain of joined emoji without end; on average none needs more UTF-16 units than this. */
const unitsPerGrapheme = 8

/** At most `limit` graphemes, the last one an ellipsis where something was cut. */
export function cutGraphemes(text: string, limit: number): string {
  if (text.length <= limit) return text
  let kept = ''
  let count = 0
  let lastStart = 0
  for (const { segment } of graphemes.segment(text)) {
    if (count === limit || kept.length + segment.length > limit * unitsPerGrapheme)
      return `${kept.slice(0, lastStart).trimEnd()}…`
    lastStart = kept.length
    kept += segment
    count++
  }
  return kept
}

/** A link from outside, normalised to ASCII; undefined unless it is http(s), without credentials, of bearable length. */
export function safeLink(link: string): string | undefined {
  if (link.length > 2_048 || !URL.canParse(link)) return undefined
  const url = new URL(link)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined
  if (url.username !== '' || url.password !== '') return undefined
  const ascii = url.href.replace(/[|<>"'`\\^{}]/gu, (sign) => encodeURIComponent(sign).replace("'", '%27'))
  return ascii.length <= 2_048 ? ascii : undefined
}

/** Mail readers and chats turn addresses in text into links; a stranger's text in a page must not offer any. */
function disarmLinks(line: string): string {
  return line.replace(/:\/\//gu, '[:]//').replace(/\b(www)\./giu, '$1[.]')
}

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' })

/** ECMA-48: OSC and its kin up to their terminator, CSI with parameters, other escapes; 7-bit and 8-bit forms. */
const terminalCodes =
  /(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|\x1b[ -/]*[0-~]/gu

/** Line and paragraph ends, tabs, and blanks that pass for letters (Hangul fillers, empty braille). */
const breaks = /[\t\n\v\f\r\u0085\u2028\u2029\u115f\u1160\u3164\uffa0\u2800]+/gu

/**
 * Remaining C0/C1 controls; bidirectional marks, embeddings, overrides and isolates; zero-width spaces, invisible
 * operators, soft hyphen, byte order mark; annotations, tags, private use, non-characters, lone
 * surrogates.
 */
const invisible =
  /[\0-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e0fff}\p{Co}\p{Cs}\p{Noncharacter_Code_Point}]/gu

/** Joiners do their work only between letters of scripts that have them, or between the parts of an emoji. */
const looseJoiners = /(?<![^\0-\u02ff])[\u200c\u200d]+|[\u200c\u200d]+(?![^\0-\u02ff])/gu

const stackedMarks = new RegExp(`((?:\\p{M}){${marksPerLetter}})\\p{M}+`, 'gu')
