import type { Lease, Store } from '@nabiz/shared/store'
import { type Clock, second } from '@nabiz/shared/time'

const leaseTtlMs = 30 * second
const renewEveryMs = 10 * second

export interface LeasedLoopOptions {
  store: Store
  clock: Clock
  /** Name of what only one replica may do. */
  name: string
  /** Stable name of this replica. */
  holder: string
  /** Works until the signal aborts: the lease was lost or the service stops. Must not throw. */
  work(signal: AbortSignal): Promise<void>
  /** Another replica holds the lease now. */
  onWaiting?(): void
  /** The store could not be asked. */
  onError(err: unknown): void
}

/** Runs `work` on one replica at a time: takes the lease, renews it, stops the work when it is lost. */
export function createLeasedLoop(options: LeasedLoopOptions): {
  start(): Promise<void>
  stop(): Promise<void>
} {
  const stopping = new AbortController()
  let running: Promise<void> | undefined

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const lease = await acquire()
      if (lease) await workUnder(lease)
      else await options.clock.sleep(renewEveryMs, stopping.signal)
    }
  }

  async function acquire(): Promise<Lease | undefined> {
    try {
      const lease = await options.store.acquireLease(options.name, options.holder, leaseTtlMs)
      if (!lease) options.onWaiting?.()
      return lease
    } catch (err) {
      options.onError(err)
      return undefined
    }
  }

  async function workUnder(lease: Lease): Promise<void> {
    const lost = new AbortController()
    const signal = AbortSignal.any([stopping.signal, lost.signal])
    const renewing = renew(lease, lost)
    await options.work(signal)
    lost.abort()
    await renewing
    await options.store.releaseLease(lease).catch(options.onError)
  }

  async function renew(first: Lease, lost: AbortController): Promise<void> {
    const signal = AbortSignal.any([stopping.signal, lost.signal])
    // Only the store says when a lease ends; this clock tells how long ago it was asked, and may be set back.
    let askedAt = options.clock.now()
    const isNearEnd = () => {
      const elapsed = options.clock.now() - askedAt
      return elapsed < 0 || elapsed >= leaseTtlMs - renewEveryMs
    }
    while (!signal.aborted) {
      await options.clock.sleep(renewEveryMs, signal)
      if (signal.aborted) return
      const askingAt = options.clock.now()
      const renewed = await options.store.renewLease(first, leaseTtlMs).catch((err: unknown) => {
        options.onError(err)
        return undefined
      })
      if (renewed) askedAt = askingAt
      // An unreachable store is not yet a lost lease: it runs until its time is over.
      else if (renewed === false || isNearEnd()) lost.abort()
    }
  }

  return {
    async start() {
      running = run()
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}
