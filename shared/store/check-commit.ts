import { keyBytes } from './check-key.ts'
import type { Commit, Manifest } from './store.ts'

/** Partition numbers are unsigned 32 bits. */
const maxPartition = 2 ** 32 - 1

/**
 * Throws a RangeError when a commit can never be right: a partition that is no partition, a position behind its base's,
 * a name that is no key, a name both put and deleted. These are faults of the caller; a lost race is not among them.
 */
export function checkCommit(commit: Commit): void {
  checkPartition(commit.partition)
  checkPosition('next', commit.next)
  if (commit.base !== undefined && comparePositions(commit.next, commit.base) < 0)
    throw new RangeError(
      `next: found epoch ${commit.next.epoch}, offset ${commit.next.offset}; expected not to lie behind base, ` +
        `epoch ${commit.base.epoch}, offset ${commit.base.offset}`,
    )
  for (const name of commit.puts.keys()) keyBytes('puts', name)
  for (const name of commit.deletes ?? []) {
    keyBytes('deletes', name)
    if (commit.puts.has(name))
      throw new RangeError(
        `deletes: found ${JSON.stringify(name)}, which is among the puts; expected one of the two`,
      )
  }
}

/** Throws a RangeError unless it is an integer from 0 to 2^32 - 1. */
export function checkPartition(partition: number): void {
  if (!Number.isInteger(partition) || partition < 0 || partition > maxPartition)
    throw new RangeError(`partition: found ${partition}; expected an integer from 0 to ${maxPartition}`)
}

/** Negative, zero or positive as a's (epoch, offset) lies before, at or after b's. */
export function comparePositions(a: Manifest, b: Manifest): number {
  return a.epoch - b.epoch || a.offset - b.offset
}

/** Equal in every field; undefined (there is none) equals only itself. */
export function isSameManifest(a: Manifest | undefined, b: Manifest | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  const names = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof Manifest>
  return [...names].every((name) => a[name] === b[name])
}

function checkPosition(what: string, manifest: Manifest): void {
  for (const field of ['epoch', 'offset'] as const) {
    const found = manifest[field]
    if (!Number.isSafeInteger(found) || found < 0)
      throw new RangeError(`${what}.${field}: found ${found}; expected an integer from 0`)
  }
}
