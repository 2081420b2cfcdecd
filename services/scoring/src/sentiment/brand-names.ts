import { classOf, fold, foldOf } from '../text/normalise.ts'

/** What a brand is called, as its config has it. */
export interface BrandNames {
  names: readonly string[]
  aliases: readonly string[]
  handles: readonly string[]
  hashtags: readonly string[]
  /** Names, @handles and #hashtags of those it is compared with. */
  competitors?: readonly string[] | undefined
}

/** One word, handle or hashtag of a text. */
export interface Named {
  /** Folded, a handle's @ and a hashtag's # included, without an ending after an apostrophe. */
  word: string
  /** That ending, folded; empty without one. */
  ending: string
}

/** A name that begins at a word, how many words it has, and the ending of the last. */
export interface FoundName {
  whose: 'brand' | 'competitor'
  words: number
  ending: string
}

export interface NameFinder {
  /** A cheap first look: false where no word of a text begins as a competitor's name does. */
  mayNameCompetitor(text: string): boolean
  find(words: readonly Named[], at: number): FoundName | undefined
}

interface Pattern {
  whose: 'brand' | 'competitor'
  words: readonly string[]
}

/** A name of fewer letters takes no ending without an apostrophe: it could be the beginning of any word. */
const shortestInflected = 4
const longestEnding = 7

/** Compiles what a brand and its competitors are called; names are found with Turkish endings, in any case. */
export function compileNames(brand: BrandNames): NameFinder {
  const byFirst = new Map<string, Pattern[]>()
  const add = (whose: Pattern['whose'], text: string) => {
    const words = fold(text.trim()).split(/[^\p{L}\p{N}_@#]+/u)
    const key = keyOf(words[0] ?? '')
    if (key === '') return
    byFirst.set(key, [...(byFirst.get(key) ?? []), { whose, words }])
  }
  for (const name of [...brand.names, ...brand.aliases]) {
    add('brand', name)
    add('brand', `#${name.replace(/[^\p{L}\p{N}]+/gu, '')}`)
  }
  for (const handle of brand.handles) add('brand', `@${handle.replace(/^@/, '')}`)
  for (const tag of brand.hashtags) add('brand', `#${tag.replace(/^#/, '')}`)
  for (const name of brand.competitors ?? []) {
    add('competitor', name)
    if (!/^[@#]/.test(name)) add('competitor', `#${name.replace(/[^\p{L}\p{N}]+/gu, '')}`)
  }
  const beginnings = new Set(
    (brand.competitors ?? []).map((name) => beginningAt(name.replace(/^[\s@#]+/, ''), 0)),
  )
  return {
    mayNameCompetitor(text) {
      if (beginnings.size === 0) return false
      for (let at = 0, isInside = false; at < text.length; at++) {
        const isWord = classOf[text.charCodeAt(at)] !== 0
        if (isWord && !isInside && beginnings.has(beginningAt(text, at))) return true
        isInside = isWord
      }
      return false
    },
    find(words, at) {
      for (const { whose, words: pattern } of byFirst.get(keyOf(words[at]?.word ?? '')) ?? []) {
        const ending = matchedEnding(pattern, words, at)
        if (ending !== undefined) return { whose, words: pattern.length, ending }
      }
      return undefined
    },
  }
}

/** Three folded units as one number; 0 for what is no part of a word. */
function beginningAt(text: string, at: number): number {
  let beginning = 0
  for (let i = at; i < at + 3; i++) beginning = beginning * 0x10000 + (foldOf[text.charCodeAt(i)] ?? 0)
  return beginning
}

/** Names whose first words begin alike meet: an ending may follow. */
function keyOf(word: string): string {
  return word.slice(0, 3)
}

/** The ending of the last word of a name that stands there, or undefined. */
function matchedEnding(pattern: readonly string[], words: readonly Named[], at: number): string | undefined {
  let ending: string | undefined
  for (const [index, part] of pattern.entries()) {
    const found = words[at + index]
    if (found === undefined) return undefined
    ending = found.word === part ? found.ending : undefined
    if (ending === undefined && index < pattern.length - 1) return undefined
    if (ending === undefined && isInflected(part, found.word)) ending = found.word.slice(part.length)
  }
  return ending
}

function isInflected(name: string, word: string): boolean {
  const rest = word.length - name.length
  if (name.startsWith('@') || name.length < shortestInflected || rest <= 0) return false
  // `#velmorarezaleti`: what is run together with a name in a hashtag is about it.
  return word.startsWith(name) && (rest <= longestEnding || name.startsWith('#'))
}
