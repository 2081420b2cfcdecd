import { setTimeout as sleep } from 'node:timers/promises'
import type { Topic } from '@nabiz/shared/contracts'
import type { Log } from '@nabiz/shared/log'

const lookEveryMs = 100

/** A partition that went to another member of its group. */
export interface OwnerChange {
  partition: number
  from: string
  to: string
}

/** Sees who owns the partitions of a group, and each change; the moments in which nobody does are no change. */
export interface OwnersWatch {
  /** Member by partition. */
  owners(): ReadonlyMap<number, string>
  /** Changes since the last call. */
  takeChanges(): OwnerChange[]
  stop(): Promise<void>
}

export function watchOwners(log: Log, group: string, topic: Topic): OwnersWatch {
  const owners = new Map<number, string>()
  let changes: OwnerChange[] = []
  let isStopped = false
  const watching = watch()

  async function watch(): Promise<void> {
    while (!isStopped) {
      for (const { partition, member } of await log.group(group, topic)) {
        const before = owners.get(partition)
        if (member === undefined || member === before) continue
        if (before !== undefined) changes.push({ partition, from: before, to: member })
        owners.set(partition, member)
      }
      await sleep(lookEveryMs)
    }
  }

  return {
    owners: () => owners,
    takeChanges() {
      const taken = changes
      changes = []
      return taken
    },
    async stop() {
      isStopped = true
      await watching
    },
  }
}
