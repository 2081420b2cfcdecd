/*
 * Prints build time and texts per second at 10, 1,000 and 10,000 patterns over made-up texts of about 120 characters:
 *   npx tsx services/ingest/src/matching/bench/measure-matching.ts
 */
import { type BrandPatterns, createBrandMatcher } from '../brand-matcher.ts'

const SYLLABLES = 'ka le tür mer şin bo ra vi den al tek pa gü so yıl can dar me ni os ışı çe lik öz'.split(
  ' ',
)
const TEXTS = 20_000
let seed = 7

function below(limit: number): number {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return (seed >>> 8) % limit
}
function word(): string {
  return Array.from({ length: 2 + below(3) }, () => SYLLABLES[below(SYLLABLES.length)] ?? '').join('')
}
function capitalised(): string {
  const made = word()
  return made.charAt(0).toLocaleUpperCase('tr') + made.slice(1)
}
/** Five patterns a brand: name of one or two words, alias, handle, hashtag, exclusion. */
function brands(count: number): BrandPatterns[] {
  return Array.from({ length: count }, (_, index) => {
    const name = below(2) === 0 ? `${capitalised()} ${capitalised()}` : `${capitalised()}${word()}`
    return {
      id: `marka-${index}`,
      names: [name],
      aliases: [`${capitalised()}${word()}`],
      handles: [`${word()}${index}`],
      hashtags: [`${capitalised()}${capitalised()}`],
      exclusions: [`${name} ${word()}`],
    }
  })
}
function text(known: readonly BrandPatterns[]): string {
  let made = ''
  while (made.length < 112) {
    const brand = known[below(known.length)]
    const draw = below(60)
    if (draw === 0) made += `${brand?.names[0]}’nin `
    else if (draw === 1) made += `#${brand?.hashtags[0]} `
    else if (draw === 2) made += `@${brand?.handles[0]} `
    else if (draw === 3) made += '😡 '
    else if (draw === 4) made += 'https://ornek.com/abc '
    else made += `${word()} `
  }
  return made
}

console.table(
  [10, 1_000, 10_000].map((patterns) => {
    const known = brands(patterns / 5)
    const texts = Array.from({ length: TEXTS }, () => text(known))
    const builds = Array.from({ length: 5 }, () => {
      const before = performance.now()
      createBrandMatcher(known)
      return performance.now() - before
    }).sort((a, b) => a - b)
    const matcher = createBrandMatcher(known)
    let matches = 0
    for (const each of texts) matches += matcher.match(each).length
    const before = performance.now()
    for (const each of texts) matcher.match(each)
    const seconds = (performance.now() - before) / 1000
    return {
      patterns: matcher.patternCount,
      'build ms (median)': Math.round(builds[2] ?? 0),
      'build ms (worst)': Math.round(builds[4] ?? 0),
      'texts/s': Math.round(TEXTS / seconds),
      'matches per text': Number((matches / TEXTS).toFixed(2)),
    }
  }),
)
