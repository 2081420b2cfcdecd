import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ownersByRendezvous } from './rendezvous.ts'

const someMembers = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20 }), {
  minLength: 1,
  maxLength: 12,
})

describe('ownersByRendezvous', () => {
  it('gives every partition to a member, whatever the order of joining', () => {
    fc.assert(
      fc.property(someMembers, (members) => {
        const owners = ownersByRendezvous(members, 64)
        expect(owners.every((owner) => owner !== undefined && members.includes(owner))).toBe(true)
        expect(ownersByRendezvous([...members].reverse(), 64)).toEqual(owners)
      }),
    )
  })

  it('moves partitions only to a member that joins, and only from one that leaves', () => {
    fc.assert(
      fc.property(someMembers, fc.string({ minLength: 21, maxLength: 24 }), (members, joining) => {
        const before = ownersByRendezvous(members, 64)
        const after = ownersByRendezvous([...members, joining], 64)
        for (const [partition, owner] of after.entries()) {
          if (owner !== before[partition]) expect(owner).toBe(joining)
        }
      }),
    )
  })

  it('spreads 64 partitions so that no member of four has more than half', () => {
    for (const prefix of ['nabiz-scoring-', 'host', '10.0.0.']) {
      const owners = ownersByRendezvous(
        [0, 1, 2, 3].map((i) => `${prefix}${i}`),
        64,
      )
      for (let i = 0; i < 4; i++) {
        const owned = owners.filter((owner) => owner === `${prefix}${i}`).length
        expect(owned).toBeGreaterThanOrEqual(4)
        expect(owned).toBeLessThanOrEqual(32)
      }
    }
  })

  it('gives nobody anything when there are no members', () => {
    expect(ownersByRendezvous([], 3)).toEqual([undefined, undefined, undefined])
  })
})
