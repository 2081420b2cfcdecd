import { lowerCase } from './normalise.ts'
import { stopWords } from './stop-words.ts'
import { createTermTable } from './term-table.ts'
import { TokenFlag, TokenKind, sharedTokenizer as tokenize } from './tokenize.ts'

/** Most terms taken from one text. */
export const MAX_TERMS = 12
/** Shortest and longest term in UTF-16 units, the # of a hashtag not counted. */
export const MIN_TERM_UNITS = 3
export const MAX_TERM_UNITS = 32

const stopTable = createTermTable(
  new Map([...stopWords.tr, ...stopWords.en].map((word) => [word, 1] as const)),
)

/**
 * The distinct content words of a text in order of appearance, at most 12, for the evidence of a breach: lower case
 * by the language's rules, hashtags with their #; no stop words of either language, URLs, @mentions or bare numbers.
 */
export function tokensForTerms(text: string, language: string): string[] {
  const tokens = tokenize(text)
  const terms: string[] = []
  for (let i = 0; i < tokens.count && terms.length < MAX_TERMS; i++) {
    const kind = tokens.kinds[i]
    const start = tokens.starts[i] as number
    const end = tokens.ends[i] as number
    if (kind === TokenKind.hashtag) {
      if (isTermLength(end - start - 1)) addDistinct(terms, lowerCase(text.slice(start, end), language))
      continue
    }
    if (kind !== TokenKind.word || !isTermLength(end - start)) continue
    const flags = tokens.flags[i] as number
    if ((flags & TokenFlag.inHashtag) !== 0) continue
    const foldedStart = tokens.foldedStarts[i] as number
    const foldedEnd = tokens.foldedEnds[i] as number
    if (stopTable.get(tokens.codes, foldedStart, foldedEnd, tokens.hashes[i] as number) !== 0) continue
    const word = text.slice(start, end)
    if ((flags & TokenFlag.hasDigit) !== 0 && /^\p{Nd}+$/u.test(word)) continue
    addDistinct(terms, lowerCase(word, language))
  }
  return terms
}

function isTermLength(units: number): boolean {
  return units >= MIN_TERM_UNITS && units <= MAX_TERM_UNITS
}

function addDistinct(terms: string[], term: string): void {
  if (!terms.includes(term)) terms.push(term)
}
