import { murmur2 } from './partition-of.ts'

const encoder = new TextEncoder()

/**
 * Owner of each partition by rendezvous hashing: every member bids a hash of (name, partition), the highest bid
 * owns it. A joining member only takes, a leaving one only gives; undefined everywhere without members.
 */
export function ownersByRendezvous(members: readonly string[], partitions: number): (string | undefined)[] {
  // Sorted, so that the outcome depends on the names alone and not on who joined first.
  const names = [...new Set(members)].sort()
  return Array.from({ length: partitions }, (_, partition) => {
    let owner: string | undefined
    let highest = -1
    for (const name of names) {
      const bid = mix(murmur2(encoder.encode(name)) ^ mix(partition + 1))
      if (bid > highest) {
        highest = bid
        owner = name
      }
    }
    return owner
  })
}

/** Avalanche step of MurmurHash3 (fmix32), so that neighbouring partitions get unrelated bids. */
function mix(value: number): number {
  let hash = value >>> 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
