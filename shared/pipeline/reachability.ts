import { messageOf } from '../errors/index.ts'
import { type Clock, second } from '../time/index.ts'
import type { Part } from './lifecycle.ts'

const lookEveryMs = 5 * second
/** A call that is still being repeated tells so at least this often (`untilReachable` waits 15 s at most), ms. */
const repeatedWithinMs = 20 * second

export interface ReachabilityOptions {
  clock: Clock
  /** Asks what the stage depends on for something small; rejects when it does not answer. */
  look(): Promise<void>
  /** Told when it stops answering, once. */
  onLost(reason: string): void
}

/** Whether a stage can do its work, for `/readyz`. */
export interface Reachability extends Part {
  isReachable(): boolean
  /** A call has to be repeated, as log or store did not take it. */
  waited(): void
  /** Something was written. */
  wrote(): void
}

/**
 * Looks every five seconds whether log and store answer: a stage that waits for records would not notice that none can
 * come any more, and would go on saying that it is ready; and after a fault, with nothing to write, that it is not.
 */
export function createReachability(options: ReachabilityOptions): Reachability {
  const stopping = new AbortController()
  let reachable = true
  let waitedAt = Number.NEGATIVE_INFINITY

  async function look(): Promise<void> {
    try {
      await options.look()
      reachable = true
    } catch (err) {
      if (reachable && !stopping.signal.aborted) options.onLost(messageOf(err))
      reachable = false
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await options.clock.sleep(lookEveryMs, stopping.signal)
      if (!stopping.signal.aborted) await look()
    }
  }

  return {
    name: 'reachability',
    isReachable: () => reachable && options.clock.now() - waitedAt >= repeatedWithinMs,
    waited() {
      waitedAt = options.clock.now()
    },
    wrote() {
      waitedAt = Number.NEGATIVE_INFINITY
    },
    async start() {
      // Not waited for at the end either: a call that hangs must not hold up an orderly stop.
      void run()
    },
    async stop() {
      stopping.abort()
    },
  }
}
