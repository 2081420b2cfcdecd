import { isTagPart, isWholeWord } from './boundaries.ts'
import { type BrandPatterns, compilePatterns, type PatternKind, type PatternUse } from './compile-patterns.ts'
import { type FoldedText, foldText } from './fold.ts'
import { createPatternIndex } from './pattern-index.ts'
import { markRegions, REGION, type Regions, type Span, tagAt } from './regions.ts'

export type { BrandPatterns } from './compile-patterns.ts'
export { BrandPatternsError } from './compile-patterns.ts'

/** A brand found in a text. */
export interface BrandMatch {
  brandId: string
  /** Which pattern fired, as written in the config. */
  pattern: string
  kind: PatternKind
}

/** Finds the brands a text names; build a new one when the config changes. */
export interface BrandMatcher {
  /** Patterns as configured, exclusions included. */
  readonly patternCount: number
  /** At most one match per brand, in the order in which the brands are first named. Never throws. */
  match(text: string): BrandMatch[]
}

type Verdicts = Record<PatternUse['where'], boolean | undefined>

interface Found extends Span {
  use: PatternUse
}

/** Compiles all brands into one automaton; throws BrandPatternsError for patterns that cannot be matched. */
export function createBrandMatcher(brands: readonly BrandPatterns[]): BrandMatcher {
  const { uses, patternCount } = compilePatterns(brands)
  const ids = brands.map((brand) => brand.id)
  const index = createPatternIndex(new Set(uses.keys()))
  return {
    patternCount,
    match(text) {
      const folded = foldText(text)
      const hits = index.find(folded.text)
      if (hits.length === 0) return []
      const regions = markRegions(folded)
      const found: Found[] = []
      for (const { start, end, key } of hits) {
        const verdicts: Verdicts = { text: undefined, tag: undefined, handle: undefined }
        for (const use of uses.get(key) ?? []) {
          verdicts[use.where] ??= counts(use.where, folded, regions, start, end)
          if (verdicts[use.where] === true) found.push({ start, end, use })
        }
      }
      return firstOfEach(found).map(({ use }) => toMatch(ids[use.brand] ?? '', use))
    },
  }
}

function toMatch(brandId: string, { pattern, kind }: PatternUse): BrandMatch {
  if (kind === 'exclusion') throw new Error('an exclusion cannot be a match')
  return { brandId, pattern, kind }
}

function counts(
  where: PatternUse['where'],
  folded: FoldedText,
  regions: Regions | undefined,
  start: number,
  end: number,
): boolean {
  if (regions === undefined) return where === 'text' && isWholeWord(folded, start, end)
  const { kinds } = regions
  const first = kinds[start]
  const last = kinds[end - 1]
  if (where === 'handle') {
    return first === REGION.HANDLE && kinds[start - 1] !== REGION.HANDLE && isWholeHandle(folded, kinds, end)
  }
  if (first === REGION.HANDLE || first === REGION.ADDRESS) return false
  if (last === REGION.HANDLE || last === REGION.ADDRESS) return false
  const tag = first === REGION.TAG ? tagAt(regions, start) : undefined
  const isInsideTag = tag !== undefined && end <= tag.end
  if (where === 'tag') return isInsideTag && isTagPart(folded, start, end, tag)
  // `#Örnek Hava Yolları`: a name may begin in a hashtag and go on behind it.
  return !isInsideTag && isWholeWord(folded, start, end)
}

/** Whether the handle ends here; people write `@ornek-neden`, and only addresses (`@a-b.social`) need the hyphen. */
function isWholeHandle({ text }: FoldedText, kinds: Uint8Array, end: number): boolean {
  if (kinds[end] !== REGION.HANDLE) return true
  if (text.charAt(end) !== '-') return false
  let handleEnd = end
  while (kinds[handleEnd] === REGION.HANDLE) handleEnd += 1
  return !/[.@]/.test(text.slice(end, handleEnd))
}

/** The first hit of each brand, in the order of the text. */
function firstOfEach(found: readonly Found[]): Found[] {
  if (found.length === 1) return found.filter(({ use }) => use.kind !== 'exclusion')
  const byBrand = new Map<number, Found[]>()
  for (const one of found) {
    const others = byBrand.get(one.use.brand)
    if (others === undefined) byBrand.set(one.use.brand, [one])
    else others.push(one)
  }
  return [...byBrand.values()]
    .map(firstSurvivor)
    .filter((first) => first !== undefined)
    .sort((a, b) => a.start - b.start || a.use.brand - b.use.brand)
}

/** The first hit of one brand that no exclusion cancels; at the same place the longest, then as they were compiled. */
function firstSurvivor(found: readonly Found[]): Found | undefined {
  const exclusions = found.filter(({ use }) => use.kind === 'exclusion')
  const cancelsAll = exclusions.some(({ use }) => use.cancelsAll)
  const spans = mergeSpans(exclusions)
  // The sort is stable and patterns are compiled handles and hashtags first, so these win over an equal name.
  const hits = found
    .filter(({ use }) => use.kind !== 'exclusion')
    .sort((a, b) => a.start - b.start || b.end - a.end)
  let next = 0
  for (const hit of hits) {
    if (hit.use.kind === 'handle' || hit.use.kind === 'hashtag') return hit
    if (cancelsAll) continue
    // Hits and spans both ascend, so a span that ends before this hit is never needed again.
    while ((spans[next]?.end ?? Number.POSITIVE_INFINITY) <= hit.start) next += 1
    if ((spans[next]?.start ?? Number.POSITIVE_INFINITY) >= hit.end) return hit
  }
  return undefined
}

/** Overlapping ranges joined, in ascending order. */
function mergeSpans(spans: readonly Span[]): Span[] {
  const merged: Span[] = []
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1)
    if (last !== undefined && start < last.end) last.end = Math.max(last.end, end)
    else merged.push({ start, end })
  }
  return merged
}
