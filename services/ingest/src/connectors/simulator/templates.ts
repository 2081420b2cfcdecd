import type { Random } from './random.ts'
import type { Sector } from './rhythm.ts'
import { type TurkishCase, turkishCases, withTurkishEnding } from './turkish-ending.ts'

export type Language = 'tr' | 'en'
export type Tone = 'praise' | 'neutral' | 'complaint'
type Texts = readonly [string, ...string[]]

/** Templates of one language by what they are about and how they sound. */
export type TextBank = Record<'common' | Sector, Record<Tone, Texts>>

/** Templates of one crisis in both languages. */
export type StoryTexts = Record<Language, { negative: Texts; other: Texts }>

/** What a template's brand slots are filled with. */
export interface Naming {
  names: Texts
  handles: Texts
  hashtags: Texts
  /** The crisis's hashtag. */
  tag?: string
}

/** A piece of a rendered text; `fixed` pieces name the brand or stand for themselves and are not misspelt. */
export interface Piece {
  text: string
  fixed: boolean
}

/** Slots: b (with a Turkish case: b:den), @, #, tag, city, dish, flight, n, min, good, bad. */
const slot = /\{([a-z@#]+)(?::([a-z]+))?\}/g

const cities: Record<Language, Texts> = {
  tr: ['İzmir', 'Trabzon', 'Antalya', 'Van', 'Bursa', 'Adana', 'Erzurum', 'Ankara', 'Eskişehir', 'Mardin'],
  en: ['Leeds', 'Cardiff', 'Izmir', 'Bristol', 'Glasgow', 'Antalya', 'Norwich', 'Belfast', 'Ankara', 'York'],
}
const dishes: Record<Language, Texts> = {
  tr: ['lahmacun', 'mercimek çorbası', 'tavuk döner', 'mantı', 'pide', 'köfte', 'kumpir', 'burger'],
  en: ['noodle soup', 'lentil soup', 'pizza', 'chicken wrap', 'curry', 'burger', 'salad', 'fried rice'],
}
const goodEmoji: Texts = ['😊', '❤️', '👏', '🙏', '😍', '👍', '🥰', '💯']
const badEmoji: Texts = ['😡', '🤬', '😤', '👎', '💩', '😠', '😭', '🤦‍♀️', '😡😡😡', '👎👎']

/** Fills a template's slots. Throws for a slot nobody knows: the template is ours. */
export function renderTemplate(
  template: string,
  language: Language,
  naming: Naming,
  random: Random,
): Piece[] {
  const pieces: Piece[] = []
  let from = 0
  for (const match of template.matchAll(slot)) {
    if (match.index > from) pieces.push({ text: template.slice(from, match.index), fixed: false })
    pieces.push({ text: fill(match[1] ?? '', match[2], language, naming, random), fixed: true })
    from = match.index + match[0].length
  }
  if (from < template.length) pieces.push({ text: template.slice(from), fixed: false })
  return pieces
}

function fill(
  name: string,
  turkishCase: string | undefined,
  language: Language,
  naming: Naming,
  random: Random,
): string {
  const value = slotValue(name, language, naming, random)
  if (turkishCase === undefined) return value
  if (!isTurkishCase(turkishCase)) throw new Error(`no Turkish case "${turkishCase}"`)
  return withTurkishEnding(value, turkishCase)
}

function slotValue(name: string, language: Language, naming: Naming, random: Random): string {
  switch (name) {
    case 'b':
      return random.chance(0.8) ? naming.names[0] : random.pick(naming.names)
    case '@':
      return random.pick(naming.handles)
    case '#':
      return random.pick(naming.hashtags)
    case 'tag':
      return naming.tag ?? random.pick(naming.hashtags)
    case 'city':
      return random.pick(cities[language])
    case 'dish':
      return random.pick(dishes[language])
    case 'flight':
      return String(1_000 + random.below(8_000))
    case 'n':
      return String(2 + random.below(8))
    case 'min':
      return String(15 + random.below(160))
    case 'good':
      return random.pick(goodEmoji)
    case 'bad':
      return random.pick(badEmoji)
    default:
      throw new Error(`no slot "${name}"`)
  }
}

function isTurkishCase(text: string): text is TurkishCase {
  return turkishCases.some((known) => known === text)
}
