/** Four 32-bit words of a 128-bit hash. */
export type Hash128 = Int32Array

const c1 = 0x239b961b
const c2 = 0xab0e9789
const c3 = 0x38b34ae5
const c4 = 0xa1e38b93

/**
 * MurmurHash3 x86 128 (Austin Appleby, public domain) over a string's UTF-16 units, eight to a block.
 * `seed`: the hash of what stands before, so that parts need not be joined; written into `out`, which is returned.
 */
export function hash128(value: string, seed: Hash128 | undefined, out: Hash128): Hash128 {
  let h1 = seed?.[0] ?? 0
  let h2 = seed?.[1] ?? 0
  let h3 = seed?.[2] ?? 0
  let h4 = seed?.[3] ?? 0
  const length = value.length
  for (let at = 0; at < length; at += 8) {
    h1 ^= Math.imul(rotate(Math.imul(word(value, at), c1), 15), c2)
    h1 = (Math.imul((rotate(h1, 19) + h2) | 0, 5) + 0x561ccd1b) | 0
    h2 ^= Math.imul(rotate(Math.imul(word(value, at + 2), c2), 16), c3)
    h2 = (Math.imul((rotate(h2, 17) + h3) | 0, 5) + 0x0bcaa747) | 0
    h3 ^= Math.imul(rotate(Math.imul(word(value, at + 4), c3), 17), c4)
    h3 = (Math.imul((rotate(h3, 15) + h4) | 0, 5) + 0x96cd1c35) | 0
    h4 ^= Math.imul(rotate(Math.imul(word(value, at + 6), c4), 18), c1)
    h4 = (Math.imul((rotate(h4, 13) + h1) | 0, 5) + 0x32ac3b17) | 0
  }
  h1 ^= length
  h2 ^= length
  h3 ^= length
  h4 ^= length
  h1 = (h1 + h2 + h3 + h4) | 0
  h2 = (h2 + h1) | 0
  h3 = (h3 + h1) | 0
  h4 = (h4 + h1) | 0
  h1 = mix(h1)
  h2 = mix(h2)
  h3 = mix(h3)
  h4 = mix(h4)
  h1 = (h1 + h2 + h3 + h4) | 0
  out[0] = h1
  out[1] = (h2 + h1) | 0
  out[2] = (h3 + h1) | 0
  out[3] = (h4 + h1) | 0
  return out
}

/** 32 lower-case hex digits of the hash of the parts; ("ab", "c") and ("a", "bc") differ. */
export function hashHex(...parts: readonly (string | number)[]): string {
  const hash = new Int32Array(4)
  for (const part of parts) hash128(String(part), hash, hash)
  return [...hash].map((value) => (value >>> 0).toString(16).padStart(8, '0')).join('')
}

/** A whole number from 0 to `below` - 1 that depends on the text alone. */
export function spread(value: string, below: number): number {
  return ((hash128(value, undefined, new Int32Array(4))[0] ?? 0) >>> 0) % below
}

/** Two UTF-16 units; beyond the end, zero. */
function word(value: string, at: number): number {
  // NaN | 0 is 0, so units beyond the end need no branch of their own.
  return value.charCodeAt(at) | 0 | (value.charCodeAt(at + 1) << 16)
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}

function mix(value: number): number {
  let h = value
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
