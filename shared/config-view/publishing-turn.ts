import type { Store } from '../store/index.ts'
import { type Clock, second } from '../time/index.ts'

const leaseName = 'config/publishing'
const leaseTtlMs = 10 * second
const askAgainMs = 100
/** A process that waited so long publishes all the same: at worst a pointer is written twice. */
const longestWaitMs = 15 * second

export interface PublishingTurnOptions {
  store: Pick<Store, 'acquireLease' | 'releaseLease'>
  clock: Clock
  /** Stable name of this process. */
  holder: string
}

/**
 * Runs `work`, which publishes config, while no other process does: two that start with the same file would each find
 * nothing in force and write everything twice.
 */
export async function inPublishingTurn<T>(
  { store, clock, holder }: PublishingTurnOptions,
  work: () => Promise<T>,
): Promise<T> {
  let lease = await store.acquireLease(leaseName, holder, leaseTtlMs)
  const never = new AbortController().signal
  for (let waitedMs = 0; !lease && waitedMs < longestWaitMs; waitedMs += askAgainMs) {
    await clock.sleep(askAgainMs, never)
    lease = await store.acquireLease(leaseName, holder, leaseTtlMs)
  }
  try {
    return await work()
  } finally {
    // Not given back, it ends by itself.
    if (lease) await store.releaseLease(lease).catch(() => undefined)
  }
}
