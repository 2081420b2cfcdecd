import type { Reader, Writer } from './codec.ts'
import type { ScoredMention } from './engine.ts'
import { hash128 } from './hash.ts'

/** A mention that may stand in a breach for what people say. No text. */
export interface Sample {
  platform: string
  id: string
  offset: number
  permalink: string | undefined
  private: boolean
  /** Hashes that tell a repost or the same person again. */
  text: number
  author: number
  /** How telling: negative before all, then how strongly, how lately, and to how many. */
  score: number
  /** Partition minute in which it came. */
  minute: number
}

/** Candidates kept per brand. */
const candidateCount = 12
/** Minutes for which a candidate stays fresh. */
const freshMinutes = 75
/** Samples in a breach. */
const chosenCount = 3

/** The most telling mentions of the last hour, distinct in text: a repost with another link is no other text. */
export class Samples {
  #candidates: Sample[] = []

  /** Considers a mention that has just been counted. */
  offer(scored: ScoredMention, minute: number): void {
    const { mention } = scored
    const score = tellingness(scored, minute)
    const candidates = this.#candidates
    const worst = candidates[candidates.length - 1]
    if (candidates.length === candidateCount && worst !== undefined) {
      this.#expire(minute)
      if (candidates.length === candidateCount && score <= worst.score) return
    }
    // Copies of one text are one voice: one of them is shown.
    const text = hash32(scored.sketch?.join() ?? mention.text)
    const twin = candidates.findIndex((candidate) => candidate.text === text)
    if (twin >= 0) {
      if (score <= (candidates[twin]?.score ?? 0)) return
      candidates.splice(twin, 1)
    }
    const place = candidates.findIndex((candidate) => candidate.score < score)
    candidates.splice(place < 0 ? candidates.length : place, 0, {
      platform: mention.platform,
      id: mention.id,
      offset: scored.offset,
      permalink: mention.permalink,
      private: mention.visibility === 'private',
      text,
      author: mention.author === undefined ? 0 : hash32(mention.author.id),
      score,
      minute,
    })
    if (candidates.length > candidateCount) candidates.pop()
  }

  /** A deleted or hidden mention is shown no more; says whether it was there. */
  remove(platform: string, id: string): boolean {
    const at = this.#candidates.findIndex((sample) => sample.id === id && sample.platform === platform)
    if (at >= 0) this.#candidates.splice(at, 1)
    return at >= 0
  }

  /** The most telling fresh ones, of one platform where it is given, of different authors as far as there are. */
  choose(minute: number, platform?: string): Sample[] {
    const fresh = this.#candidates.filter(
      (sample) =>
        sample.minute > minute - freshMinutes && (platform === undefined || sample.platform === platform),
    )
    const authors = new Set<number>()
    const distinct = fresh.filter((sample) => {
      if (sample.author !== 0 && authors.has(sample.author)) return false
      authors.add(sample.author)
      return true
    })
    const rest = fresh.filter((sample) => !distinct.includes(sample))
    return [...distinct, ...rest].slice(0, chosenCount)
  }

  encode(writer: Writer): void {
    writer.list(this.#candidates, (sample) => {
      writer.string(sample.platform)
      writer.string(sample.id)
      writer.unsigned(sample.offset)
      writer.flag(sample.permalink !== undefined)
      if (sample.permalink !== undefined) writer.string(sample.permalink)
      writer.flag(sample.private)
      writer.unsigned(sample.text)
      writer.unsigned(sample.author)
      writer.float(sample.score)
      writer.unsigned(sample.minute)
    })
  }

  static decode(reader: Reader): Samples {
    const samples = new Samples()
    samples.#candidates = reader.list(() => ({
      platform: reader.string(),
      id: reader.string(),
      offset: reader.unsigned(),
      permalink: reader.flag() ? reader.string() : undefined,
      private: reader.flag(),
      text: reader.unsigned(),
      author: reader.unsigned(),
      score: reader.float(),
      minute: reader.unsigned(),
    }))
    return samples
  }

  #expire(minute: number): void {
    for (let at = this.#candidates.length - 1; at >= 0; at -= 1) {
      if ((this.#candidates[at]?.minute ?? 0) <= minute - freshMinutes) this.#candidates.splice(at, 1)
    }
  }
}

/**
 * A negative mention outweighs any audience. Among those, the most negative score counts as much as 20 doublings of
 * the audience, and four minutes later as one: what a storm says soon takes the place of what was said before it.
 */
function tellingness({ mention, sentiment }: ScoredMention, minute: number): number {
  const negative = sentiment.label === 'negative' ? 100 + 20 * Math.abs(sentiment.score) : 0
  return negative + Math.log2(1 + (mention.author?.followers ?? 0)) + minute / 4
}

const scratch = new Int32Array(4)

function hash32(value: string): number {
  return (hash128(value, undefined, scratch)[0] ?? 0) >>> 0
}
