import { DependencyError } from '../errors/index.ts'
import { type Clock, second } from '../time/index.ts'

const firstWaitMs = 200
const longestWaitMs = 10 * second

export interface UntilReachableOptions {
  clock: Clock
  random: () => number
  signal: AbortSignal
  /** Told before each wait; the service reports not ready meanwhile. */
  onWait(err: DependencyError): void
}

/**
 * Repeats a call while what it depends on cannot be reached, with back-off and jitter, until it succeeds or the signal
 * aborts. Anything but a retryable DependencyError is thrown at once. The call must be safe to repeat.
 */
export async function untilReachable<T>(call: () => Promise<T>, options: UntilReachableOptions): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await call()
    } catch (err) {
      if (!(err instanceof DependencyError && err.retryable) || options.signal.aborted) throw err
      options.onWait(err)
      const wait = Math.min(longestWaitMs, firstWaitMs * 2 ** attempt) * (0.5 + options.random())
      await options.clock.sleep(wait, options.signal)
      if (options.signal.aborted) throw err
    }
  }
}
