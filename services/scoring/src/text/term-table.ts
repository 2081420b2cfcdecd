import { FNV_BASIS, FNV_PRIME } from './tokenize.ts'

/** A frozen map from folded terms to small numbers, looked up by ranges of code units without making a string. */
export interface TermTable {
  readonly size: number
  /** The value of the term in `codes[start, end)` whose FNV-1a hash is `hash`, or 0 if there is none. */
  get(codes: Uint16Array, start: number, end: number, hash: number): number
}

/** FNV-1a over a range of code units, as the tokenizer computes it. */
export function hashRange(codes: Uint16Array, start: number, end: number): number {
  let hash = FNV_BASIS
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (codes[i] as number), FNV_PRIME)
  return hash
}

/**
 * Builds a table with open addressing, at most half full. Keys must be folded; values must be 32-bit integers
 * other than 0, else a RangeError names the key.
 */
export function createTermTable(entries: ReadonlyMap<string, number>): TermTable {
  let slots = 16
  while (slots < entries.size * 2) slots *= 2
  const mask = slots - 1
  const hashes = new Int32Array(slots)
  const values = new Int32Array(slots)
  const offsets = new Int32Array(slots)
  const lengths = new Uint8Array(slots)
  let units = 0
  for (const key of entries.keys()) units += key.length
  const pool = new Uint16Array(units)
  let written = 0
  for (const [key, value] of entries) {
    if (value === 0 || (value | 0) !== value || key.length === 0 || key.length > 255) {
      throw new RangeError(
        `term table: ${JSON.stringify(key)} has value ${value}; want a non-zero 32-bit integer and 1 to 255 units`,
      )
    }
    const start = written
    for (let i = 0; i < key.length; i++) pool[written++] = key.charCodeAt(i)
    const hash = hashRange(pool, start, written)
    let slot = spread(hash) & mask
    while (values[slot] !== 0) slot = (slot + 1) & mask
    hashes[slot] = hash
    values[slot] = value
    offsets[slot] = start
    lengths[slot] = key.length
  }

  function get(codes: Uint16Array, start: number, end: number, hash: number): number {
    const length = end - start
    for (let slot = spread(hash) & mask; ; slot = (slot + 1) & mask) {
      const value = values[slot] as number
      if (value === 0) return 0
      if (hashes[slot] !== hash || lengths[slot] !== length) continue
      const offset = offsets[slot] as number
      let i = 0
      while (i < length && pool[offset + i] === codes[start + i]) i++
      if (i === length) return value
    }
  }

  return { size: entries.size, get }
}

/** FNV-1a's low bits depend too little on the first letters; one xor-shift mixes the high ones in. */
function spread(hash: number): number {
  return hash ^ (hash >>> 15)
}
