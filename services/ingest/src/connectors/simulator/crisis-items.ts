import { hour, minute, second } from '@nabiz/shared/time'
import { pickAuthor, pickEngagement } from './authors.ts'
import { type Crisis, crisisIntensity } from './crisis.ts'
import { namingOf, otherLanguage, ownStatements } from './naming.ts'
import { ownPost } from './own-post.ts'
import { createRandom, type Random } from './random.ts'
import { roughen } from './roughen.ts'
import type { SimulatedBrand } from './simulated-brand.ts'
import type { SimulatedItem } from './simulated-item.ts'
import { stories } from './stories.ts'
import { type Language, renderTemplate } from './templates.ts'

const homeLanguageShare = 0.85
/** Share of the angry posts that pass on one of the first ones, nearly word for word. */
const repeatShare = 0.4
/** Posts that spread, one every 75 s from the start. */
const viralPosts = 5
const viralEveryMs = 75 * second
/** The brand's own apology. */
const apologyAfterMs = 25 * minute
/** At night a crisis counts from at least this share of the brand's mean volume. */
const leastVolume = 0.5

/** What a crisis adds to the minutes it lasts; the brand's ordinary items go on beside it. */
export function createCrisisItems(
  seed: string,
  brand: SimulatedBrand,
  expectedPerHour: (at: number) => number,
): (crisis: Crisis, index: number) => SimulatedItem[] {
  const story = stories[brand.story]

  return function crisisItems(crisis, index) {
    const from = index * minute
    const usual = Math.max(expectedPerHour(from), leastVolume * brand.ratePerHour)
    const mean = (usual * (crisis.factor - 1) * crisisIntensity(crisis, from + minute / 2) * minute) / hour
    const count = createRandom(seed, brand.id, 'crisis', crisis.startsAt, index).poisson(mean)
    const items = Array.from({ length: count }, (_, n) => writeOne(crisis, index, n))
    return [...items, ...firstPosts(crisis, index)].filter(({ at }) => at >= crisis.startsAt)
  }

  function writeOne(crisis: Crisis, index: number, n: number): SimulatedItem {
    const random = createRandom(seed, brand.id, 'crisis', crisis.startsAt, index, n)
    const at = index * minute + random.below(minute)
    const isNegative = random.chance(crisis.negativeShare)
    const started = Math.floor((at - crisis.startsAt) / viralEveryMs) + 1
    const viral = Math.min(viralPosts, started)
    const id = `${prefix(crisis)}-${index.toString(36)}-${n}`
    if (isNegative && viral > 0 && random.chance(repeatShare)) {
      return repeat(crisis, random.below(viral), id, at, random)
    }
    const { text, language } = tell(isNegative, random)
    return toItem(id, at, isNegative, text, language, random)
  }

  function tell(isNegative: boolean, random: Random): { text: string; language: Language } {
    const language = random.chance(homeLanguageShare) ? brand.language : otherLanguage(brand.language)
    const texts = story[language]
    const template = random.pick(isNegative ? texts.negative : texts.other)
    const pieces = renderTemplate(template, language, namingOf(brand, language), random)
    return { text: roughen(pieces, language, isNegative, random), language }
  }

  function viralPost(crisis: Crisis, k: number): SimulatedItem {
    const random = createRandom(seed, brand.id, 'viral', crisis.startsAt, k)
    const { text, language } = tell(true, random)
    return toItem(
      `${prefix(crisis)}-first-${k}`,
      crisis.startsAt + k * viralEveryMs,
      true,
      text,
      language,
      random,
    )
  }

  /** A post passed on: quoted, commented with a word or two, or as it was. */
  function repeat(crisis: Crisis, k: number, id: string, at: number, random: Random): SimulatedItem {
    const { item } = viralPost(crisis, k)
    const language: Language = item.language === 'en' ? 'en' : 'tr'
    const comments = {
      tr: ['inanılmaz', 'yayalım!', 'pes artık'],
      en: ['unbelievable', 'spread this!', 'wow'],
    } as const
    const quoted = `RT @${item.author?.id.replaceAll('-', '_')}: ${item.text}`
    const text = random.chance(0.5)
      ? quoted
      : random.chance(0.5)
        ? `${random.pick(comments[language])} "${item.text}"`
        : item.text
    const repeated = toItem(id, at, true, text, language, random)
    return { ...repeated, item: { ...repeated.item, parent: item.id } }
  }

  /** The posts that spread and the brand's apology, in the minutes they are written. */
  function firstPosts(crisis: Crisis, index: number): SimulatedItem[] {
    const posts = Array.from({ length: viralPosts }, (_, k) => viralPost(crisis, k))
    const random = createRandom(seed, brand.id, 'apology', crisis.startsAt)
    const apology = ownStatements[brand.language].crisis[0]
    posts.push(ownPost(brand, `${prefix(crisis)}-own`, crisis.startsAt + apologyAfterMs, apology, random))
    return posts.filter(({ at }) => Math.floor(at / minute) === index)
  }

  function prefix(crisis: Crisis): string {
    return `sim-${brand.id}-c${Math.floor(crisis.startsAt / second).toString(36)}`
  }

  function toItem(
    id: string,
    at: number,
    negative: boolean,
    text: string,
    language: Language,
    random: Random,
  ): SimulatedItem {
    const author = pickAuthor(seed, language, random)
    return {
      at,
      brand: brand.id,
      tone: 'crisis',
      negative,
      item: {
        id,
        kind: random.chance(0.8) ? 'post' : 'comment',
        author,
        text,
        language,
        createdAt: at,
        engagement: pickEngagement(author.followers ?? 0, random),
        operation: 'upsert',
        visibility: 'public',
        own: false,
        simulated: true,
      },
    }
  }
}
