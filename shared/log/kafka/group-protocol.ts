import { AssignerProtocol } from 'kafkajs'
import { z } from 'zod'
import { partitionCount } from '../../contracts/index.ts'
import { ownersByRendezvous } from '../rendezvous.ts'

/** Name under which members agree on how partitions are given out. */
export const protocolName = 'nabiz-rendezvous-1'

/** What a member tells the others when it joins. */
export interface MemberClaim {
  /** Stable name of the instance. */
  member: string
  /** Its clock when it began, ms; of two of one name the later is alive. */
  startedAt: number
  /** Partitions it works on and goes on with meanwhile. */
  owned: number[]
  /** Generation it was given them in; of two who claim one, the later is right. */
  generation: number
}

const claim = z.object({
  member: z.string().min(1),
  startedAt: z.number(),
  owned: z.array(
    z
      .int()
      .min(0)
      .max(partitionCount - 1),
  ),
  generation: z.int(),
})

export function encodeClaim(topic: string, value: MemberClaim): Buffer {
  return AssignerProtocol.MemberMetadata.encode({
    version: 0,
    topics: [topic],
    userData: Buffer.from(JSON.stringify(value), 'utf8'),
  })
}

/** Undefined for the metadata of a client that is no member of ours. */
export function decodeClaim(metadata: Buffer): MemberClaim | undefined {
  try {
    const { userData } = AssignerProtocol.MemberMetadata.decode(metadata) ?? {}
    return claim.parse(JSON.parse(Buffer.from(userData ?? '').toString('utf8')))
  } catch {
    return undefined
  }
}

export function encodeAssignment(topic: string, partitions: readonly number[]): Buffer {
  return AssignerProtocol.MemberAssignment.encode({
    version: 0,
    assignment: { [topic]: [...partitions] },
    userData: Buffer.alloc(0),
  })
}

export function decodeAssignment(topic: string, assignment: Buffer): number[] {
  if (assignment.length === 0) return []
  const decoded = AssignerProtocol.MemberAssignment.decode(assignment)
  return [...(decoded?.assignment[topic] ?? [])].sort((a, b) => a - b)
}

/**
 * Partitions of each member, by its group id. Each goes to its rendezvous owner, but one that another works on is given to
 * nobody yet: its holder learns that it is no longer its own, lets go and joins again, and only then the new owner gets it.
 * So members keep what they keep without a pause, and a partition never has two.
 */
export function planAssignment(members: ReadonlyMap<string, MemberClaim>): Map<string, number[]> {
  const byName = new Map<string, { id: string; claim: MemberClaim }>()
  for (const [id, claim] of members) {
    const other = byName.get(claim.member)
    if (!other || other.claim.startedAt < claim.startedAt) byName.set(claim.member, { id, claim })
  }
  const holders = new Map<number, { id: string; generation: number }>()
  for (const { id, claim } of byName.values()) {
    for (const partition of claim.owned) {
      const other = holders.get(partition)
      if (!other || other.generation < claim.generation)
        holders.set(partition, { id, generation: claim.generation })
    }
  }
  const plan = new Map<string, number[]>([...members.keys()].map((id) => [id, []]))
  for (const [partition, owner] of ownersByRendezvous([...byName.keys()], partitionCount).entries()) {
    const id = owner === undefined ? undefined : byName.get(owner)?.id
    const holder = holders.get(partition)
    if (id !== undefined && (!holder || holder.id === id)) plan.get(id)?.push(partition)
  }
  return plan
}
