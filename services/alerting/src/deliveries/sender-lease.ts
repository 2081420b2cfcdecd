import { DependencyError } from '@nabiz/shared/errors'
import type { Lease, Store } from '@nabiz/shared/store'
import { type Clock, second } from '@nabiz/shared/time'

/** How long a sender that died keeps others waiting, ms; longer than one try of a delivery. */
const ttlMs = 30 * second

/** What a sender may do now: send under a token, send without one because the store is out of reach, or wait. */
export type Right = { kind: 'held'; token: number } | { kind: 'unreachable' } | { kind: 'other' }

/** Leases on sending for a partition, one holder each, kept until they are near their end. */
export interface SenderLeases {
  right(partition: number): Promise<Right>
  release(partition: number): Promise<void>
}

export function createSenderLeases(
  store: Store,
  clock: Clock,
  member: string,
  onWaiting: (err: unknown) => void,
): SenderLeases {
  const held = new Map<number, { lease: Lease; askedAt: number }>()
  return {
    async right(partition) {
      const now = clock.now()
      const own = held.get(partition)
      // Only the store says when a lease ends; this clock tells how long ago it was asked, and may be set back.
      const elapsed = own === undefined ? Number.POSITIVE_INFINITY : now - own.askedAt
      if (own && elapsed >= 0 && elapsed < ttlMs / 4) return { kind: 'held', token: own.lease.token }
      try {
        const lease = await store.acquireLease(`alerting/sender/${partition}`, member, ttlMs)
        if (!lease) {
          held.delete(partition)
          return { kind: 'other' }
        }
        held.set(partition, { lease, askedAt: now })
        return { kind: 'held', token: lease.token }
      } catch (err) {
        if (!(err instanceof DependencyError && err.retryable)) throw err
        onWaiting(err)
        return { kind: 'unreachable' }
      }
    },
    async release(partition) {
      const own = held.get(partition)
      held.delete(partition)
      if (own) await store.releaseLease(own.lease).catch(onWaiting)
    },
  }
}
