import { day, hour, minute } from '@nabiz/shared/time'
import type { Item } from '../connector.ts'
import { pickAuthor, pickEngagement } from './authors.ts'
import { namingOf, otherLanguage, ownStatements } from './naming.ts'
import { ownPost } from './own-post.ts'
import { createRandom, type Random } from './random.ts'
import { createLocalTime, createRhythm } from './rhythm.ts'
import { roughen } from './roughen.ts'
import type { SimulatedBrand } from './simulated-brand.ts'
import type { SimulatedItem } from './simulated-item.ts'
import { renderTemplate, type Tone } from './templates.ts'
import { englishTexts } from './texts-english.ts'
import { turkishTexts } from './texts-turkish.ts'

/** Days and quarter hours are busier or quieter by chance: counts vary more than Poisson, as real ones do. */
const dayShape = 60
const blockShape = 12
const blockMs = 15 * minute

const homeLanguageShare = 0.88
const ownShare = 0.01
const toneShares: readonly [Tone, number][] = [
  ['praise', 0.24],
  ['complaint', 0.28],
  ['neutral', 1],
]
/** Edits and deletes, as a share of the mentions. */
const changeShare = 0.02
/** Minutes whose counts are kept at hand. */
const mostCounts = 1_440
const banks = { tr: turkishTexts, en: englishTexts }

export interface OrdinaryItems {
  /** Items of a minute, counted from the epoch; in no order. */
  minute(index: number): SimulatedItem[]
  expectedPerHour(at: number): number
}

/** What is said about a brand when nothing happens. */
export function createOrdinaryItems(seed: string, brand: SimulatedBrand): OrdinaryItems {
  const rhythm = createRhythm(brand.sector, brand.timeZone)
  const toLocal = createLocalTime(brand.timeZone)
  const expectedPerHour = (at: number) => brand.ratePerHour * rhythm(at)

  // Replies look at the minutes before theirs; the numbers are the same, only not worked out again.
  const counts = new Map<number, number>()
  function countOf(index: number): number {
    const known = counts.get(index)
    if (known !== undefined) return known
    if (counts.size >= mostCounts) counts.clear()
    const count = drawCount(index)
    counts.set(index, count)
    return count
  }

  function drawCount(index: number): number {
    const at = index * minute
    const dayFactor = createRandom(seed, brand.id, 'day', Math.floor(toLocal(at) / day)).gamma(dayShape)
    const blockFactor = createRandom(seed, brand.id, 'block', Math.floor(at / blockMs)).gamma(blockShape)
    const mean = (expectedPerHour(at + minute / 2) * dayFactor * blockFactor * minute) / hour
    return createRandom(seed, brand.id, 'count', index).poisson(mean)
  }

  function written(index: number): SimulatedItem[] {
    return Array.from({ length: countOf(index) }, (_, n) => writeOne(index, n))
  }

  function writeOne(index: number, n: number): SimulatedItem {
    const random = createRandom(seed, brand.id, 'item', index, n)
    const at = index * minute + random.below(minute)
    const language = random.chance(homeLanguageShare) ? brand.language : otherLanguage(brand.language)
    if (random.chance(ownShare)) return ownStatement(itemId(brand, index, n), at, random)
    const tone = pickTone(random)
    const bank = banks[language]
    const template = random.pick(random.chance(0.5) ? bank.common[tone] : bank[brand.sector][tone])
    const pieces = renderTemplate(template, language, namingOf(brand, language), random)
    const author = pickAuthor(seed, language, random)
    const item: Item = {
      ...place(index, random),
      id: itemId(brand, index, n),
      author,
      text: roughen(pieces, language, tone === 'complaint', random),
      createdAt: at,
      engagement: pickEngagement(author.followers ?? 0, random),
      operation: 'upsert',
      visibility: 'public',
      own: false,
      simulated: true,
      ...(random.chance(0.6) ? { language } : {}),
    }
    return { at, brand: brand.id, tone, negative: tone === 'complaint', item }
  }

  function ownStatement(id: string, at: number, random: Random): SimulatedItem {
    const template = random.pick(ownStatements[brand.language].ordinary)
    return ownPost(brand, id, at, template, random)
  }

  /** A post, or a comment or reply under something said in the quarter hour before. */
  function place(index: number, random: Random): Pick<Item, 'kind' | 'parent'> {
    if (random.chance(0.65)) return { kind: 'post' }
    const before = index - 1 - random.below(15)
    const candidates = countOf(before)
    if (candidates === 0) return { kind: 'post' }
    const kind = random.chance(0.6) ? 'comment' : 'reply'
    return { kind, parent: itemId(brand, before, random.below(candidates)) }
  }

  /** Edits and deletes that reach us in this minute, of items written two to forty minutes before. */
  function changes(index: number): SimulatedItem[] {
    const random = createRandom(seed, brand.id, 'changes', index)
    const mean = (expectedPerHour(index * minute) * changeShare * minute) / hour
    const result: SimulatedItem[] = []
    for (let left = random.poisson(mean); left > 0; left -= 1) {
      const originals = written(index - 2 - random.below(39))
      const original = originals[random.below(originals.length)]
      const at = index * minute + random.below(minute)
      if (original) result.push({ ...original, at, item: changed(original.item, at, random) })
    }
    return result
  }

  return { expectedPerHour, minute: (index) => [...written(index), ...changes(index)] }
}

function changed(item: Item, at: number, random: Random): Item {
  if (random.chance(0.4)) return { ...item, text: '', operation: 'delete' }
  return {
    ...item,
    text: `${item.text} (${item.language === 'en' ? 'edited' : 'düzeltme'})`,
    revision: String(at),
  }
}

function itemId(brand: SimulatedBrand, index: number, n: number): string {
  return `sim-${brand.id}-${index.toString(36)}-${n}`
}

function pickTone(random: Random): Tone {
  let rest = random.next()
  for (const [tone, share] of toneShares) {
    if (rest < share) return tone
    rest -= share
  }
  return 'neutral'
}
