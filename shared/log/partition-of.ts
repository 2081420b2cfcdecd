import { partitionCount } from '../contracts/index.ts'

const encoder = new TextEncoder()

/**
 * Partition of a key: murmur2(key as UTF-8) with the sign bit cleared, mod 64 - the partition every Kafka client with
 * the Java-compatible default partitioner computes (Kafka, org.apache.kafka.common.utils.Utils.murmur2).
 */
export function partitionOf(key: string): number {
  return (murmur2(encoder.encode(key)) & 0x7fffffff) % partitionCount
}

/** MurmurHash2 by Austin Appleby, 32 bits, seed 0x9747b28c as Kafka uses it. */
export function murmur2(data: Uint8Array): number {
  const m = 0x5bd1e995
  let h = 0x9747b28c ^ data.length
  const whole = data.length & ~3
  for (let i = 0; i < whole; i += 4) {
    let k = at(data, i) | (at(data, i + 1) << 8) | (at(data, i + 2) << 16) | (at(data, i + 3) << 24)
    k = Math.imul(k, m)
    k ^= k >>> 24
    h = Math.imul(h, m) ^ Math.imul(k, m)
  }
  const left = data.length - whole
  if (left > 0) {
    if (left > 2) h ^= at(data, whole + 2) << 16
    if (left > 1) h ^= at(data, whole + 1) << 8
    h = Math.imul(h ^ at(data, whole), m)
  }
  h ^= h >>> 13
  h = Math.imul(h, m)
  return h ^ (h >>> 15)
}

function at(data: Uint8Array, index: number): number {
  return data[index] ?? 0
}
