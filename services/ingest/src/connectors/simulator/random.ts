/** A stream of numbers that depends on its keys alone: the same keys give the same numbers in the same order. */
export interface Random {
  /** 0 <= x < 1. */
  next(): number
  /** Whole number, 0 <= x < limit. */
  below(limit: number): number
  chance(probability: number): boolean
  pick<T>(values: readonly [T, ...T[]]): T
  /** Gamma distributed with mean 1 and variance 1 / shape; shape >= 1 (Marsaglia and Tsang, 2000). */
  gamma(shape: number): number
  /** Poisson distributed (Knuth's product of uniforms; means over 100 in parts). */
  poisson(mean: number): number
}

/** Numbers for a set of keys: seed, brand, minute, purpose. Not for secrets. */
export function createRandom(...keys: readonly (string | number)[]): Random {
  let state = hash(keys.join('\u0000'))

  // mulberry32: 32 bits of state, enough for the few hundred numbers of one minute.
  function next(): number {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }

  function normal(): number {
    return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
  }

  function smallPoisson(mean: number): number {
    const limit = Math.exp(-mean)
    let product = next()
    let count = 0
    while (product > limit) {
      product *= next()
      count += 1
    }
    return count
  }

  return {
    next,
    below: (limit) => Math.floor(next() * limit),
    chance: (probability) => next() < probability,
    pick: (values) => values[Math.floor(next() * values.length)] ?? values[0],
    gamma(shape) {
      const d = shape - 1 / 3
      const c = 1 / Math.sqrt(9 * d)
      for (;;) {
        const x = normal()
        const v = (1 + c * x) ** 3
        if (v > 0 && Math.log(1 - next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return (d * v) / shape
      }
    },
    poisson(mean) {
      let count = 0
      let rest = mean
      for (; rest > 100; rest -= 100) count += smallPoisson(100)
      return rest > 0 ? count + smallPoisson(rest) : count
    },
  }
}

/** FNV-1a over UTF-16 units with a last mixing (murmur3's), so that neighbouring minutes share nothing. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return value ^ (value >>> 16)
}
