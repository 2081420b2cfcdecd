import { createTermTable } from '../text/term-table.ts'
import { TokenKind, sharedTokenizer as tokenize } from '../text/tokenize.ts'
import { type BrandNames, compileNames, type NameFinder } from './brand-names.ts'
import { type Clause, readClauses, turningWords } from './clauses.ts'
import type { SentimentEngine, SentimentResult } from './sentiment-engine.ts'

/** Judges a text as it speaks of a brand; without a brand as a whole. The result depends on text, hint and names alone. */
export type JudgeTowards = (
  text: string,
  languageHint: string | undefined,
  brand: BrandNames | undefined,
) => SentimentResult

const turning = createTermTable(new Map([...turningWords].map((word) => [word, 1] as const)))

/** Config objects live as long as their version is in force. */
const finders = new WeakMap<BrandNames, NameFinder>()

/**
 * Makes any engine judge a text that compares brands by what it says of one of them: clauses that speak of others alone are left
 * out, and in "A is better than B" B is judged the other way round. All other texts are judged as they are.
 */
export function createTowardsBrand(engine: Pick<SentimentEngine, 'score'>): JudgeTowards {
  return function judgeTowards(text, languageHint, brand) {
    const whole = engine.score(text, languageHint)
    if (brand === undefined || !mayCompare(text, brand, setsApart(text))) return whole
    const clauses = readClauses(text, finderOf(brand))
    if (!clauses.some(({ hasBrand }) => hasBrand) || !clauses.some(({ hasOther }) => hasOther)) return whole
    const about = clausesAbout(clauses)
    const isLess = about.some(isBrandLess)
    if (about.length === clauses.length) return isLess ? opposite(whole) : whole
    const textOf = (some: readonly Clause[]) => some.map(({ start, end }) => text.slice(start, end)).join(' ')
    const part = textOf(about)
    const hint = whole.language === 'und' ? languageHint : whole.language
    const judged = { ...engine.score(part, hint), language: whole.language }
    if (isLess) return opposite(judged)
    if (judged.label !== 'neutral') return judged
    // Who praises another and says nothing good of the brand has left it.
    const others = engine.score(textOf(clauses.filter((clause) => !about.includes(clause))), hint)
    return others.label === 'positive' ? { ...opposite(others), language: whole.language } : judged
  }
}

/**
 * Whether a text may speak of a brand and of others in turn; most do not, and are judged as they are. `apart`: what
 * `setsApart` says of the text.
 */
export function mayCompare(text: string, brand: BrandNames, apart: boolean): boolean {
  return apart || finderOf(brand).mayNameCompetitor(text)
}

function finderOf(brand: BrandNames): NameFinder {
  const known = finders.get(brand)
  if (known !== undefined) return known
  const finder = compileNames(brand)
  finders.set(brand, finder)
  return finder
}

/** Whether a word sets one brand against another, whichever they are. */
export function setsApart(text: string): boolean {
  const tokens = tokenize(text)
  for (let i = 0; i < tokens.count; i++) {
    if (tokens.kinds[i] !== TokenKind.word) continue
    const start = tokens.foldedStarts[i] as number
    const end = tokens.foldedEnds[i] as number
    if (turning.get(tokens.codes, start, end, tokens.hashes[i] as number) !== 0) return true
  }
  return false
}

/** What is left without the clauses that speak of others alone; who is spoken to in a clause is the brand. */
function clausesAbout(clauses: readonly Clause[]): Clause[] {
  return clauses.filter(({ hasBrand, hasOther, isAddress }) => hasBrand || isAddress || !hasOther)
}

const ablatives: ReadonlySet<string> = new Set(['den', 'dan', 'ten', 'tan'])
const degrees: ReadonlySet<string> = new Set(['daha', 'kat'])

/** Whether a clause compares the brand with another and sets it second: "better than B", "B'den daha iyi". */
function isBrandLess({ words, hasBrand, hasOther }: Clause): boolean {
  if (!hasBrand || !hasOther) return false
  const than = words.findIndex(({ word }) => word === 'than')
  if (than >= 0) return words.slice(than, than + 4).some(({ whose }) => whose === 'brand')
  if (!words.some(({ word }) => degrees.has(word))) return false
  return words.some(({ whose, ending }) => whose === 'brand' && ablatives.has(ending))
}

const opposites = { negative: 'positive', neutral: 'neutral', positive: 'negative' } as const

function opposite(result: SentimentResult): SentimentResult {
  return { ...result, label: opposites[result.label], score: -result.score }
}
