import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { partitionCount } from '../../contracts/index.ts'
import { ownersByRendezvous } from '../rendezvous.ts'
import {
  decodeAssignment,
  decodeClaim,
  encodeAssignment,
  encodeClaim,
  type MemberClaim,
  planAssignment,
} from './group-protocol.ts'

const allPartitions = Array.from({ length: partitionCount }, (_, partition) => partition)

describe('planAssignment', () => {
  it('gives every partition to its rendezvous owner when nobody works on anything', () => {
    const plan = planAssignment(claims({ a: [], b: [], c: [] }))
    const owners = ownersByRendezvous(['a', 'b', 'c'], partitionCount)
    for (const [id, partitions] of plan)
      expect(partitions).toEqual(allPartitions.filter((partition) => owners[partition] === id.slice(3)))
  })

  it('gives what another works on to nobody, until that one has let go', () => {
    const first = planAssignment(claims({ a: allPartitions, b: [] }))
    const stays = ownersByRendezvous(['a', 'b'], partitionCount).flatMap((owner, i) =>
      owner === 'a' ? [i] : [],
    )
    expect(first.get('id-a')).toEqual(stays)
    expect(first.get('id-b')).toEqual([])
    const second = planAssignment(claims({ a: stays, b: [] }))
    expect([...stays, ...(second.get('id-b') ?? [])].sort((x, y) => x - y)).toEqual(allPartitions)
  })

  it('moves, over a rolling restart of four members, each partition there and back and no other', () => {
    let owned = settled({ a: [], b: [], c: [], d: [] })
    let moved = 0
    for (const member of ['a', 'b', 'c', 'd']) {
      for (const members of [without(owned, member), { ...without(owned, member), [member]: [] }]) {
        const before = ownerOf(owned)
        owned = settled(
          Object.fromEntries(
            Object.keys(members).map((name) => [name, name === member ? [] : (owned[name] ?? [])]),
          ),
        )
        const after = ownerOf(owned)
        moved += allPartitions.filter((partition) => before.get(partition) !== after.get(partition)).length
      }
    }
    expect(moved).toBe(2 * partitionCount)
  })

  it('never gives a partition to two, and none to whom another claims with a later generation', () => {
    const aClaim = fc.record({
      member: fc.constantFrom('a', 'b', 'c'),
      startedAt: fc.nat(5),
      generation: fc.integer({ min: -1, max: 5 }),
      owned: fc.uniqueArray(fc.nat(partitionCount - 1)),
    })
    fc.assert(
      fc.property(fc.array(aClaim, { minLength: 1, maxLength: 6 }), (list) => {
        const members = new Map(list.map((claim, i): [string, MemberClaim] => [`id-${i}`, claim]))
        const given = [...planAssignment(members).values()].flat()
        expect(new Set(given).size).toBe(given.length)
      }),
    )
  })

  it('takes of two members of one name the one that began later, and what the dead one held is free', () => {
    const plan = planAssignment(
      new Map([
        ['old', { member: 'a', startedAt: 1, owned: allPartitions, generation: 3 }],
        ['new', { member: 'a', startedAt: 2, owned: [], generation: -1 }],
      ]),
    )
    expect(plan.get('old')).toEqual([])
    expect(plan.get('new')).toEqual(allPartitions)
  })
})

describe('what members tell one another', () => {
  it('comes through as it was', () => {
    const claim = { member: 'pod-1', startedAt: 17, owned: [0, 63], generation: 4 }
    expect(decodeClaim(encodeClaim('nabiz.mentions', claim))).toEqual(claim)
    expect(decodeAssignment('nabiz.mentions', encodeAssignment('nabiz.mentions', [5, 2]))).toEqual([2, 5])
    expect(decodeAssignment('another', encodeAssignment('nabiz.mentions', [5]))).toEqual([])
    expect(decodeAssignment('nabiz.mentions', Buffer.alloc(0))).toEqual([])
  })

  it('is undefined from a client that is none of ours', () => {
    expect(decodeClaim(Buffer.from([0, 0]))).toBeUndefined()
    expect(decodeClaim(Buffer.alloc(0))).toBeUndefined()
  })
})

function claims(owned: Record<string, readonly number[]>): Map<string, MemberClaim> {
  return new Map(
    Object.entries(owned).map(([member, partitions]) => [
      `id-${member}`,
      { member, startedAt: 1, owned: [...partitions], generation: 1 },
    ]),
  )
}

/** Rounds of joining until nobody has to let go. */
function settled(owned: Record<string, number[]>): Record<string, number[]> {
  for (let current = owned; ; ) {
    const plan = planAssignment(claims(current))
    const next = Object.fromEntries(Object.keys(current).map((name) => [name, plan.get(`id-${name}`) ?? []]))
    const letGo = Object.entries(current).some(([name, had]) =>
      had.some((partition) => !next[name]?.includes(partition)),
    )
    if (!letGo) return next
    current = next
  }
}

function without(owned: Record<string, number[]>, member: string): Record<string, number[]> {
  return Object.fromEntries(Object.entries(owned).filter(([name]) => name !== member))
}

function ownerOf(owned: Record<string, readonly number[]>): Map<number, string> {
  return new Map(
    Object.entries(owned).flatMap(([name, partitions]) => partitions.map((one) => [one, name] as const)),
  )
}
