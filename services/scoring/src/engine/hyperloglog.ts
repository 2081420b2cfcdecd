/** Registers of an HLL with p = 10; standard error 3.3 %. */
export const registerCount = 1_024
/** 2 to the power of minus a rank; a 64-bit hash has none above 65. */
const weights = Float64Array.from({ length: 66 }, (_, rank) => 2 ** -rank)
const alpha = 0.7213 / (1 + 1.079 / registerCount)

/** Puts a 64-bit hash into the registers: 10 bits choose one, the rank of the rest is kept. */
export function addToRegisters(registers: Uint8Array, low: number, high: number): void {
  const index = low & (registerCount - 1)
  const rank = high === 0 ? 33 + Math.clz32(low & ~(registerCount - 1)) : Math.clz32(high) + 1
  if (rank > (registers[index] ?? 0)) registers[index] = rank
}

/** Number of distinct hashes (Flajolet et al. 2007, with linear counting where many registers are empty). */
export function estimateDistinct(registers: Uint8Array): number {
  let sum = 0
  let empty = 0
  for (let index = 0; index < registerCount; index += 1) {
    const rank = registers[index] ?? 0
    sum += weights[rank] ?? 2 ** -rank
    if (rank === 0) empty += 1
  }
  const raw = (alpha * registerCount * registerCount) / sum
  const corrected =
    raw <= 2.5 * registerCount && empty > 0 ? registerCount * Math.log(registerCount / empty) : raw
  return Math.round(corrected)
}

/** Makes `target` the registers of both sets together. */
export function mergeRegisters(target: Uint8Array, other: Uint8Array): void {
  for (let index = 0; index < registerCount; index += 1) {
    const rank = other[index] ?? 0
    if (rank > (target[index] ?? 0)) target[index] = rank
  }
}
