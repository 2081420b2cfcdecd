import { fold } from '../text/normalise.ts'
import type { Named, NameFinder } from './brand-names.ts'

/** A part of a text that says one thing, and who is named in it. */
export interface Clause {
  start: number
  end: number
  words: Word[]
  hasBrand: boolean
  hasOther: boolean
  /** Speaks to somebody. */
  isAddress: boolean
}

export interface Word extends Named {
  start: number
  end: number
  whose: 'brand' | 'other' | undefined
}

/** Words before which a clause ends, folded. */
const opening = wordSet(
  `but while whereas although though however unlike instead luckily thankfully
   ama fakat ancak lakin oysa oysaki halbuki neyse`,
)
/** Words after which a clause ends. */
const closing = wordSet('yerine dururken')
/** Words that set two against each other: with one of them in the text, a name nobody listed is taken for a competitor's. */
const contrasting = wordSet('whereas unlike oysa oysaki halbuki neyse neyseki ise yerine dururken')
/** Without one of these in a text, or a list of competitors, it is read no further. */
export const turningWords: ReadonlySet<string> = contrasting
/** Who is spoken to in a reply is the brand, whoever else is named beside. */
const addressing = wordSet(
  'you your yours youre u ur yall siz size sizi sizin sizden sizde sen sana seni senin senden sizler sizlere',
)

const item = /(?:https?:\/\/|www\.)\S+|([@#]?[\p{L}\p{M}\p{N}_]+)(?:['’`´]([\p{L}\p{M}]*))?|[.!?;,:\n…—–]+/gu

/** Cuts a text into clauses and says whom each names. */
export function readClauses(text: string, finder: NameFinder): Clause[] {
  const clauses: Clause[] = []
  let clause = emptyClause(0)
  const end = (at: number) => {
    if (clause.words.length > 0) {
      clause.end = at
      clauses.push(clause)
    }
    clause = emptyClause(at)
  }
  for (const { 0: found, 1: word, 2: ending = '', index } of text.matchAll(item)) {
    if (word === undefined) {
      if (!found.includes('/')) end(index + found.length)
      continue
    }
    const folded = fold(word)
    if (opening.has(folded)) end(index)
    if (addressing.has(folded)) clause.isAddress = true
    clause.words.push({
      word: folded,
      ending: fold(ending),
      start: index,
      end: index + found.length,
      whose: undefined,
    })
    if (closing.has(folded)) end(index + found.length)
  }
  end(text.length)
  nameWords(text, clauses, finder)
  return clauses
}

function emptyClause(start: number): Clause {
  return { start, end: start, words: [], hasBrand: false, hasOther: false, isAddress: false }
}

function nameWords(text: string, clauses: readonly Clause[], finder: NameFinder): void {
  const words = clauses.flatMap((clause) => clause.words)
  for (let at = 0; at < words.length; at++) {
    const found = finder.find(words, at)
    if (found === undefined) continue
    const whose = found.whose === 'brand' ? 'brand' : 'other'
    for (const word of words.slice(at, at + found.words)) word.whose = whose
    at += found.words - 1
    const last = words[at]
    if (last !== undefined) last.ending = found.ending
  }
  const isSetAgainst = words.some(({ word }) => contrasting.has(word))
  for (const clause of clauses) {
    for (const word of clause.words) {
      if (isSetAgainst && word.whose === undefined && isName(text, word)) word.whose = 'other'
      if (word.whose === 'brand') clause.hasBrand = true
      else if (word.whose === 'other') clause.hasOther = true
    }
  }
}

/** Whether a word nobody listed looks like a name: a handle, a capital within a sentence, or in Turkish before an apostrophe. */
function isName(text: string, { start, end, word, ending }: Word): boolean {
  if (word.startsWith('@')) return true
  if (!/^\p{Lu}\p{Ll}{2}/u.test(text.slice(start, end))) return false
  return (ending.length >= 2 && !englishEndings.has(ending)) || !isSentenceStart(text, start)
}

const englishEndings = wordSet('re ve ll')

function isSentenceStart(text: string, at: number): boolean {
  const before = text.slice(0, at).trimEnd()
  return before === '' || /[.!?\n…:]["'”’)]*$/u.test(before)
}

function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.trim().split(/\s+/))
}
