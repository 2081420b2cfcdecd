/**
 * Sums over some minutes of a brand: mentions, negative mentions, reach, then mentions and negative mentions of each
 * of the brand's languages in turn. All whole numbers, so that adding and taking away leaves nothing behind.
 */
export type Sums = number[]

export const mentionsAt = 0
export const negativesAt = 1
export const reachAt = 2
/** Where a language's mentions stand; its negative mentions follow. */
export const languagesAt = 3

export function createSums(): Sums {
  return [0, 0, 0]
}

/** Adds `source` to `target`, `sign` times. */
export function addSums(target: Sums, source: readonly number[], sign: 1 | -1): void {
  for (let at = 0; at < source.length; at += 1) target[at] = (target[at] ?? 0) + sign * (source[at] ?? 0)
}
