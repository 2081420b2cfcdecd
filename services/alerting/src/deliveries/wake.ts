import type { Clock } from '@nabiz/shared/time'

/** A wait that ends early when something happened; what happens between two waits is not lost. */
export interface Wake {
  /** Ends the wait under way, or the next one. */
  now(): void
  /** Resolves after `ms`, at a wake, or when the signal aborts. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

export function createWake(clock: Clock): Wake {
  let happened = false
  let waiting: AbortController | undefined
  return {
    now() {
      happened = true
      waiting?.abort()
    },
    async wait(ms, signal) {
      if (!happened && !signal.aborted) {
        waiting = new AbortController()
        await clock.sleep(ms, AbortSignal.any([signal, waiting.signal]))
        waiting = undefined
      }
      happened = false
    },
  }
}
