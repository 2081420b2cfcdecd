import type { Item } from '../connector.ts'
import { createRandom, type Random } from './random.ts'

/** Authors of one language; a few write often, most once in a while. */
const poolSize = 9_000
/** Pareto tail of followers: about one author in 100 has more than 1,000, one in 10,000 more than 35,000. */
const fewestFollowers = 30
const tail = 1.3
const mostFollowers = 500_000

/** Picks who writes: `sim-…`, with followers that stay the same for one author. */
export function pickAuthor(seed: string, language: string, random: Random): NonNullable<Item['author']> {
  const id = `sim-${language}-${Math.floor(poolSize * random.next() ** 1.6)}`
  const own = createRandom(seed, 'author', id)
  const followers = Math.min(mostFollowers, Math.floor(fewestFollowers / (1 - own.next()) ** (1 / tail)))
  return { id, followers, verified: followers > 20_000 && own.chance(0.7) }
}

/** Likes and shares a post has when it is seen: more with more followers, mostly few. */
export function pickEngagement(followers: number, random: Random): NonNullable<Item['engagement']> {
  const likes = Math.floor(followers * 0.02 * random.next() ** 4) + random.below(4)
  return { likes, shares: Math.floor(likes * 0.2 * random.next()), comments: random.below(3) }
}
