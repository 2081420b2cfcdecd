import { wordsOf } from './boundaries.ts'
import { foldPattern, foldText } from './fold.ts'

/** What one brand is called; as it stands in the brand's config record. */
export interface BrandPatterns {
  id: string
  names: string[]
  aliases: string[]
  /** Accounts, with or without the leading @. */
  handles: string[]
  /** Tags, with or without the leading #. */
  hashtags: string[]
  /** Phrases that name something else: one holding a name cancels the hits it overlaps, another all names and aliases. */
  exclusions: string[]
}

/** The field a pattern was written in, in the singular. */
export type PatternKind = 'name' | 'alias' | 'handle' | 'hashtag'

/** One thing a found string can mean. */
export interface PatternUse {
  /** Index into the brands handed to the compiler. */
  brand: number
  kind: PatternKind | 'exclusion'
  /** As written in the config. */
  pattern: string
  /** Which rule decides whether an occurrence counts: running text, a part of a hashtag, a whole @handle. */
  where: 'text' | 'tag' | 'handle'
  /** Only for exclusions: cancels every name and alias of the brand, not just those it overlaps. */
  cancelsAll: boolean
}

/** Thrown for patterns that cannot be matched; `faults` holds one sentence each, naming brand, field and remedy. */
export class BrandPatternsError extends Error {
  override readonly name = 'BrandPatternsError'
  readonly faults: readonly string[]
  constructor(faults: readonly string[]) {
    super(`brand patterns cannot be matched:\n${faults.map((fault) => `- ${fault}`).join('\n')}`)
    this.faults = faults
  }
}

interface Compiled {
  /** Folded string → what it means, in the brands' order. */
  uses: Map<string, PatternUse[]>
  /** Patterns as configured, exclusions included. */
  patternCount: number
}

const SHORTEST = { name: 2, alias: 2, handle: 1, hashtag: 2, exclusion: 2 } as const
const FIELDS = [
  ['handles', 'handle'],
  ['hashtags', 'hashtag'],
  ['names', 'name'],
  ['aliases', 'alias'],
  ['exclusions', 'exclusion'],
] as const

/** Folds and checks every brand's patterns; throws BrandPatternsError with all faults at once. */
export function compilePatterns(brands: readonly BrandPatterns[]): Compiled {
  const uses = new Map<string, PatternUse[]>()
  const faults: string[] = []
  const ids = new Set<string>()
  let patternCount = 0
  const add = (folded: string, use: PatternUse) => {
    const known = uses.get(folded)
    if (known === undefined) uses.set(folded, [use])
    else known.push(use)
  }
  for (const [brand, record] of brands.entries()) {
    if (ids.has(record.id))
      faults.push(`brand "${record.id}" stands twice: each brand needs an id of its own`)
    ids.add(record.id)
    const ownNames = [...record.names, ...record.aliases].map(foldPattern).filter((name) => name !== '')
    for (const [field, kind] of FIELDS) {
      for (const [index, pattern] of record[field].entries()) {
        patternCount += 1
        const bare = bareOf(kind, pattern)
        const fault = faultOf(kind, bare)
        if (fault !== undefined) {
          faults.push(`brand "${record.id}", ${field}[${index}] ${JSON.stringify(pattern)}: ${fault}`)
          continue
        }
        const folded = foldPattern(bare)
        const cancelsAll = kind === 'exclusion' && !ownNames.some((name) => folded.includes(name))
        if (kind === 'handle') add(`@${folded}`, { brand, kind, pattern, where: 'handle', cancelsAll })
        else {
          if (kind !== 'hashtag') add(folded, { brand, kind, pattern, where: 'text', cancelsAll })
          for (const tag of tagForms(kind, bare)) add(tag, { brand, kind, pattern, where: 'tag', cancelsAll })
        }
      }
    }
  }
  if (faults.length > 0) throw new BrandPatternsError(faults)
  return { uses, patternCount }
}

function bareOf(kind: PatternUse['kind'], pattern: string): string {
  const trimmed = pattern.trim()
  if (kind === 'handle') return trimmed.replace(/^[@＠]/, '')
  if (kind === 'hashtag') return trimmed.replace(/^[#＃]/, '')
  // A leading minus is how search boxes write "without"; it says nothing here.
  return kind === 'exclusion' ? trimmed.replace(/^-+/, '') : trimmed
}

function faultOf(kind: PatternUse['kind'], bare: string): string | undefined {
  const folded = foldPattern(bare)
  const letters = wordsOf(foldText(folded)).join('').length
  const shortest = SHORTEST[kind]
  if (letters < shortest) {
    const found = letters === 0 ? 'no letter or digit' : `${letters} letter`
    return `has ${found} left after folding; write at least ${shortest}`
  }
  if (kind === 'handle' && !/^[\p{L}\p{M}\p{N}_]+(?:[.\-@][\p{L}\p{M}\p{N}_]+)*$/u.test(folded)) {
    return 'is no handle; write the account alone, such as @ornek (letters, digits, _ and inner . - @)'
  }
  if (kind === 'hashtag' && !/^[\p{L}\p{M}\p{N}_]+$/u.test(folded)) {
    return 'is no hashtag; write one word of letters, digits and _, such as #ornek'
  }
  if ((kind === 'name' || kind === 'alias') && /^[@#]/.test(folded)) {
    return folded.startsWith('@')
      ? 'is a handle; write it under handles'
      : 'is a hashtag; write it under hashtags'
  }
  return undefined
}

/** How a pattern is spelled inside a hashtag: its words run together, or joined by underscores. */
function tagForms(kind: PatternUse['kind'], bare: string): Iterable<string> {
  const folded = foldText(bare)
  if (kind === 'hashtag') return [folded.text]
  const words = wordsOf(folded)
  return new Set([words.join(''), words.join('_')])
}
