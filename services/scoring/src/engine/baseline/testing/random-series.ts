/** Numbers in [0, 1) that repeat for a seed: a Weyl sequence whose terms are mixed by multiplications. */
export function seeded(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x85eb_ca6b) >>> 0
  return () => {
    state = (state + 0x9e37_79b9) >>> 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0_aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a_2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
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
