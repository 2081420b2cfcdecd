import { partitionCount, type Topic } from '../../contracts/index.ts'
import { ownersByRendezvous } from '../rendezvous.ts'
import type { Member } from './member.ts'

/** Members of one group on one topic, and who owns what. Changes of membership are carried out one after the other. */
export class Group {
  readonly group: string
  readonly topic: Topic
  readonly #members = new Map<string, Member>()
  /** Left, but still with partitions. */
  readonly #leaving = new Set<Member>()
  readonly #onOwners: (owners: (string | undefined)[]) => void
  #owners = new Array<string | undefined>(partitionCount).fill(undefined)
  #turn: Promise<void> = Promise.resolve()

  constructor(group: string, topic: Topic, onOwners: (owners: (string | undefined)[]) => void) {
    this.group = group
    this.topic = topic
    this.#onOwners = onOwners
  }

  get size(): number {
    return this.#members.size
  }

  owner(partition: number): string | undefined {
    return this.#owners[partition]
  }

  /** Resolves when the partitions are handed over. Throws RangeError for a name that is at work already. */
  join(member: Member): Promise<void> {
    if (this.#members.has(member.name)) {
      throw new RangeError(
        `member: found ${member.name}, which is at work in group ${this.group}; expected a name of its own`,
      )
    }
    this.#members.set(member.name, member)
    return this.#rebalance()
  }

  /** Resolves when the member was relieved of its partitions and the others have them. */
  leave(member: Member): Promise<void> {
    if (this.#members.get(member.name) === member) this.#members.delete(member.name)
    this.#leaving.add(member)
    return this.#rebalance()
  }

  wake(): void {
    for (const member of this.#members.values()) member.wake()
  }

  #rebalance(): Promise<void> {
    this.#turn = this.#turn.then(async () => {
      const members = [...this.#members.values()]
      const owners = ownersByRendezvous(
        members.map((member) => member.name),
        partitionCount,
      )
      // Every old owner has let go before any new one begins.
      const leaving = [...this.#leaving]
      await Promise.all(
        [...members, ...leaving].flatMap((holder) =>
          holder
            .assignment()
            .filter((partition) => leaving.includes(holder) || owners[partition] !== holder.name)
            .map((partition) => holder.revoke(partition)),
        ),
      )
      for (const member of leaving) this.#leaving.delete(member)
      this.#owners = owners
      this.#onOwners(owners)
      for (const member of members) {
        const owned = new Set(member.assignment())
        for (const [partition, owner] of owners.entries()) {
          if (owner === member.name && !owned.has(partition)) member.assign(partition)
        }
      }
    })
    return this.#turn
  }
}
