/** Numbers in [0, 1) that repeat for a seed (a linear congruential generator, Numerical Recipes' constants). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** One Poisson count with this mean, by adding waiting times; large means in parts. */
export function poisson(mean: number, random: () => number): number {
  let count = 0
  let time = -Math.log(1 - random())
  while (time < mean) {
    time -= Math.log(1 - random())
    count += 1
  }
  return count
}

/** Mean of a 5-minute bucket of a brand with this many mentions an hour: nights at a fifth of the day's height. */
export function rhythm(perHour: number, bucket: number): number {
  return (perHour / 12) * (1 - 0.8 * Math.cos((2 * Math.PI * (bucket % 288)) / 288))
}

/** Poisson counts of `buckets` buckets with a daily rhythm. */
export function steadySeries(perHour: number, buckets: number, seed: number): number[] {
  const random = seeded(seed)
  return Array.from({ length: buckets }, (_, bucket) => poisson(rhythm(perHour, bucket), random))
}
