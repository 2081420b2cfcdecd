import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type BrandMatch, type BrandPatterns, createBrandMatcher } from './brand-matcher.ts'
import { isTurkishSuffix } from './turkish-suffix.ts'

describe('createBrandMatcher, for any brands and texts', () => {
  it('agrees with a plain reading of the rules', () => {
    fc.assert(
      fc.property(someBrands(), someText(), (brands, text) => {
        expect(createBrandMatcher(brands).match(text)).toEqual(matchPlainly(brands, text))
      }),
      { numRuns: 4000 },
    )
  })
  it('never throws and names each brand once, for any UTF-16', () => {
    const brands = [
      aBrand({
        id: 'a',
        names: ['THY', 'Işık Yolu'],
        handles: ['thy'],
        hashtags: ['thy'],
        exclusions: ['thy yok'],
      }),
      aBrand({ id: 'b', names: ['THY', '例航'], exclusions: ['meyve'] }),
    ]
    const matcher = createBrandMatcher(brands)
    const unit = fc.oneof(
      fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
      fc.constantFrom(
        'thy',
        'THY',
        'ışık yolu',
        '例航',
        '@',
        '#',
        '://',
        'www.',
        '.',
        '/',
        ' ',
        '\0',
        '\ud800',
        '\udc00',
      ),
    )
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 30 }), (units) => {
        const ids = matcher.match(units.join('')).map((match) => match.brandId)
        expect(new Set(ids).size).toBe(ids.length)
      }),
      { numRuns: 3000 },
    )
  })
  it('finds the same whichever way a Turkish text is cased or stripped of its dots', () => {
    const matcher = createBrandMatcher([aBrand({ names: ['Işıl Çiğdem'], hashtags: ['IşılÇiğdem'] })])
    const spellings = 'Işıl Çiğdem'.split('').map((letter) => {
      const lower = letter.toLocaleLowerCase('tr')
      const bare = lower.normalize('NFD').replace(/\p{M}/gu, '').replace('ı', 'i')
      return [letter, lower, lower.toLocaleUpperCase('tr'), bare, bare.toUpperCase(), lower.normalize('NFD')]
    })
    fc.assert(
      fc.property(fc.tuple(...spellings.map((forms) => fc.constantFrom(...forms))), (letters) => {
        expect(matcher.match(`bu ${letters.join('')}'in işi`)).toHaveLength(1)
      }),
    )
  })
})

function aBrand(overrides: Partial<BrandPatterns>): BrandPatterns {
  return { id: 'ornek', names: [], aliases: [], handles: [], hashtags: [], exclusions: [], ...overrides }
}

const NAMES = ['THY', 'Işık', 'Işık Yol', 'Bora', 'borax', 'thyin', 'Yol', 'BO']

function someBrands(): fc.Arbitrary<BrandPatterns[]> {
  const pick = (from: string[], maxLength: number) => fc.array(fc.constantFrom(...from), { maxLength })
  const brand = fc.record({
    names: pick(NAMES, 2),
    aliases: pick(NAMES, 2),
    handles: pick(['thy', '@Bora', 'isik_yol', 'bora.x'], 2),
    hashtags: pick(['#THY', 'IşıkYol', 'bora'], 2),
    exclusions: pick(['thy bora', 'Yol yok', 'meyve', 'ışık', 'borax'], 2),
  })
  return fc
    .array(brand, { maxLength: 4 })
    .map((brands) => brands.map((patterns, index) => ({ id: `marka-${index}`, ...patterns })))
}

function someText(): fc.Arbitrary<string> {
  const pieces =
    'THY,thy,Thy,IŞIK,ışık,Isik,Bora,BORA,bora,x,Yol,YOL,yok,meyve,bo,in,nin,DE,de,lerden,a,Rezalet'
  const signs = [
    ' ',
    ' ',
    ' ',
    '#',
    '#',
    '@',
    '@',
    '_',
    '_',
    "'",
    '’',
    '.',
    '2',
    '例',
    '👍',
    '-',
    'o.co/',
    'http://',
  ]
  return fc
    .array(fc.oneof(fc.constantFrom(...pieces.split(',')), fc.constantFrom(...signs)), { maxLength: 14 })
    .map((parts) => parts.join(''))
}

/*
 * The rules again, written with regular expressions over each pattern in turn: slow, without automaton or unit
 * facts; the list of endings alone is shared. It knows only the characters that `someText` uses.
 */
interface Hit {
  start: number
  end: number
  pattern: string
  kind: BrandMatch['kind'] | 'exclusion'
}

function plainFold(text: string): string {
  const bare: Record<string, string> = { ı: 'i', ş: 's', '’': "'" }
  return Array.from(text.replace(/I/g, 'i').toLowerCase(), (letter) => bare[letter] ?? letter).join('')
}

function matchPlainly(brands: readonly BrandPatterns[], original: string): BrandMatch[] {
  const written = original.replace(/ +/g, ' ')
  const masked = mask(plainFold(written))
  const raw = written.replace(/[\s\S]/g, (unit, index: number) => (masked[index] === '\0' ? '\0' : unit))
  const text = plainFold(raw)
  const results: (Hit & { brandId: string })[] = []
  for (const brand of brands) {
    const exclusions = brand.exclusions.flatMap((pattern) => hitsOf(pattern, 'exclusion', raw, text, masked))
    const names = [...brand.names, ...brand.aliases].map(plainFold)
    const silenced = exclusions.some(
      ({ pattern }) => !names.some((name) => plainFold(pattern).includes(name)),
    )
    const hits = [
      ...brand.handles.flatMap((pattern) => hitsOf(pattern, 'handle', raw, text, masked)),
      ...brand.hashtags.flatMap((pattern) => hitsOf(pattern, 'hashtag', raw, text, masked)),
      ...brand.names.flatMap((pattern) => hitsOf(pattern, 'name', raw, text, masked)),
      ...brand.aliases.flatMap((pattern) => hitsOf(pattern, 'alias', raw, text, masked)),
    ].filter(
      (hit) =>
        hit.kind === 'handle' ||
        hit.kind === 'hashtag' ||
        (!silenced && !exclusions.some(({ start, end }) => start < hit.end && hit.start < end)),
    )
    const [first] = hits.sort((a, b) => a.start - b.start || b.end - a.end)
    if (first !== undefined) results.push({ brandId: brand.id, ...first })
  }
  return results
    .sort((a, b) => a.start - b.start)
    .flatMap(({ brandId, pattern, kind }) => (kind === 'exclusion' ? [] : [{ brandId, pattern, kind }]))
}

/** The text with addresses as ␀, handles as ␁ and the insides of hashtags as ␂, unit for unit. */
function mask(text: string): string {
  const fill = (sign: string) => (found: string) => sign.repeat(found.length)
  return text
    .replace(/[!-~]+/g, (token) => token.replace(/(?:http|(?<![a-z])[a-z]+(?<!http)):\/\/.*/, fill('\0')))
    .replace(/[!-\x7e]+/g, (token) => token.replace(/^([^/]*?)([a-z0-9.-]+\/.*)$/, maskHostPath))
    .replace(/(?<![@a-z0-9._-])[a-z0-9._-]*[a-z0-9][a-z0-9._-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+/g, fill('\0'))
    .replace(
      /(?<![a-z0-9_例])@(?:[a-z0-9_]+(?:[.@-][a-z0-9_]+)*|例[a-z0-9_例]*(?:[.@-][a-z0-9_例]+)*)/g,
      fill('\x01'),
    )
    .replace(/#[a-z0-9_例]+/g, (tag) => `#${'\x02'.repeat(tag.length - 1)}`)
}

function maskHostPath(found: string, before: string, rest: string): string {
  const host = rest.slice(0, rest.indexOf('/'))
  if (!/^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,24}$/.test(host)) return found
  return before + '\0'.repeat(rest.length)
}

function hitsOf(pattern: string, kind: Hit['kind'], raw: string, text: string, masked: string): Hit[] {
  const bare = plainFold(pattern).replace(/^[@#]/, '')
  const hits: Hit[] = []
  const every = (needle: string, isHit: (start: number, end: number) => boolean) => {
    for (let start = text.indexOf(needle); start >= 0; start = text.indexOf(needle, start + 1)) {
      const end = start + needle.length
      if (isHit(start, end)) hits.push({ start, end, pattern, kind })
    }
  }
  if (kind === 'handle') {
    every(`@${bare}`, (start, end) => {
      const run = /^\x01*/.exec(masked.slice(start))?.[0].length
      const rest = text.slice(end, start + (run ?? 0))
      return masked[start] === '\x01' && masked[start - 1] !== '\x01' && /^(?:-[^.@]*)?$/.test(rest)
    })
    return hits
  }
  const inTag = (start: number, end: number) => /^\x02+$/.test(masked.slice(start, end))
  if (kind !== 'hashtag') {
    every(bare, (start, end) => {
      if (/[\0\x01]/.test((masked[start] ?? '') + (masked[end - 1] ?? '')) || inTag(start, end)) return false
      if (/[a-z0-9]/.test(text[start - 1] ?? '')) return false
      const suffix = /^[a-z0-9]*/.exec(text.slice(end))?.[0] ?? ''
      if (suffix === '') return true
      if (!isTurkishSuffix(suffix)) return false
      const shape = `${raw.slice(start, end)}|${raw.slice(end, end + suffix.length)}`
      return end - start >= 4 || suffix.length >= 3 || /^[A-ZŞ]{2,}\|[a-zış]{2,}$/.test(shape)
    })
  }
  const forms = kind === 'hashtag' ? [bare] : [...new Set([bare.replace(/ /g, ''), bare.replace(/ /g, '_')])]
  for (const form of forms) {
    every(form, (start, end) => inTag(start, end) && isPlainTagPart(raw, text, masked, start, end))
  }
  return hits
}

function isPlainTagPart(raw: string, text: string, masked: string, start: number, end: number): boolean {
  const breaks = (at: number) =>
    masked[at - 1] !== '\x02' ||
    masked[at] !== '\x02' ||
    /^(?:.?[_例]|[_例])/.test(raw.slice(at - 1, at + 1)) ||
    /^(?:[^\d]\d|\d[^\d])/.test(raw.slice(at - 1, at + 1)) ||
    /^[a-zış][A-ZŞ]/.test(raw.slice(at - 1, at + 1)) ||
    /^[A-ZŞ][A-ZŞ][a-zış]/.test(raw.slice(at - 1, at + 2))
  if (!breaks(start)) return false
  if (breaks(end)) return true
  let next = end
  while (!breaks(next)) next += 1
  if (isTurkishSuffix(text.slice(end, next))) return true
  const opensTag = masked[start - 1] !== '\x02'
  return (
    opensTag &&
    /^[A-ZŞ]{2,}$/.test(raw.slice(start, end)) &&
    /^[a-zış]+$/.test(raw.slice(end, Math.min(end + 2, next)))
  )
}
