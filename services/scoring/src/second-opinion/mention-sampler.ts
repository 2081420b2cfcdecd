import { LRUCache } from 'lru-cache'

/** A counted mention, as far as a sample needs it. */
export interface CountedMention {
  brand: string
  /** Offset of its record. */
  offset: number
  /** Partition minute in which it came. */
  minute: number
  language: string
  /** By the engine in force. */
  isNegative: boolean
}

/** A mention of a sample. */
export type SampledMention = Pick<CountedMention, 'offset' | 'language' | 'isNegative'>

/** Minutes one reservoir is filled for, and how many are kept: the longest window of texts, and one that it began in. */
const stretchMinutes = 5
const keptStretches = 13
/** Deletions remembered: of mentions of the last hour, so far more than there are. */
const rememberedDeletions = 10_000

/** Two numbers a mention: its offset, and a mark of minute, language and verdict. */
interface Stretch {
  index: number
  seen: number
  kept: number[]
}

/**
 * Which mentions of the last hour may be read again: for each brand and five minutes a reservoir (Vitter 1985, algorithm
 * R) of offsets, no text. Chance is a hash of the offset, so that who reads again samples alike.
 */
export class MentionSampler {
  readonly #size: number
  readonly #brands = new Map<string, Stretch[]>()
  readonly #languages: string[] = []
  readonly #deleted = new LRUCache<string, true>({ max: rememberedDeletions })

  /** @param size mentions of a sample at most */
  constructor(size: number) {
    this.#size = size
  }

  counted({ brand, offset, minute, language, isNegative }: CountedMention): void {
    const stretch = this.#stretchOf(brand, Math.floor(minute / stretchMinutes))
    stretch.seen += 1
    const place = stretch.seen <= this.#size ? stretch.seen - 1 : Math.floor(chanceOf(offset) * stretch.seen)
    if (place >= this.#size) return
    const mark = (this.#numberOf(language) * stretchMinutes + (minute % stretchMinutes)) * 2
    stretch.kept[2 * place] = offset
    stretch.kept[2 * place + 1] = mark + (isNegative ? 1 : 0)
  }

  /** Taken back on its platform: it must not be read to anybody. */
  deleted(platform: string, id: string): void {
    this.#deleted.set(`${platform}\n${id}`, true)
  }

  isDeleted(platform: string, id: string): boolean {
    return this.#deleted.has(`${platform}\n${id}`)
  }

  /** Mentions of a brand that came in the `minutes` (at most 60) up to `minute`, by offset; fewer where fewer are known. */
  sample(brand: string, minute: number, minutes: number): SampledMention[] {
    const found: (SampledMention & { weight: number })[] = []
    for (const { index, seen, kept } of this.#brands.get(brand) ?? []) {
      // Each stands for as many as were seen for one that was kept.
      const weight = seen / (kept.length / 2)
      for (let at = 0; at < kept.length; at += 2) {
        const mark = kept[at + 1] ?? 0
        const rest = Math.floor(mark / 2)
        const cameIn = index * stretchMinutes + (rest % stretchMinutes)
        if (cameIn <= minute - minutes || cameIn > minute) continue
        const language = this.#languages[Math.floor(rest / stretchMinutes)] ?? ''
        found.push({ offset: kept[at] ?? 0, language, isNegative: mark % 2 === 1, weight })
      }
    }
    found.sort((a, b) => a.offset - b.offset)
    return chosenFrom(found, this.#size).map(({ weight: _weight, ...mention }) => mention)
  }

  #stretchOf(brand: string, index: number): Stretch {
    const stretches = this.#brands.get(brand) ?? []
    const last = stretches.at(-1)
    if (last?.index === index) return last
    const added = { index, seen: 0, kept: [] }
    this.#brands.set(brand, [...stretches.filter((stretch) => stretch.index > index - keptStretches), added])
    return added
  }

  #numberOf(language: string): number {
    const at = this.#languages.indexOf(language)
    return at >= 0 ? at : this.#languages.push(language) - 1
  }
}

/** At most `size`, each with a chance by its weight: in even steps over the sum of weights. */
function chosenFrom<T extends { weight: number }>(found: readonly T[], size: number): T[] {
  const total = found.reduce((sum, { weight }) => sum + weight, 0)
  const heaviest = Math.max(1, ...found.map(({ weight }) => weight))
  // With longer steps than the heaviest weight none is chosen twice.
  const wanted = Math.min(size, Math.floor(total / heaviest + 1e-9))
  const step = total / wanted
  let passed = 0
  let chosen = 0
  return found.filter(({ weight }) => {
    passed += weight
    if (chosen >= wanted || passed < (chosen + 0.5) * step) return false
    chosen += 1
    return true
  })
}

/** From 0 to 1, scattered: a finaliser of MurmurHash3. */
function chanceOf(offset: number): number {
  let mixed = Math.imul(offset ^ (offset >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32
}
