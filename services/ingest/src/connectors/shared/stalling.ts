import { DependencyError } from '@nabiz/shared/errors'
import type { Clock } from '@nabiz/shared/time'

/** Watches a line that must say something now and then. */
export interface StallGuard {
  /** Something came, a keep-alive included. */
  touch(): void
  /** Aborted when nothing came in time, or with the outer signal. */
  readonly signal: AbortSignal
  /** Throws DependencyError http_timeout when the line fell silent: the host connects anew, with its back-off. */
  check(): void
  /** Ends the watching; call it in `finally`. */
  close(): void
}

/**
 * A socket that is dead on the other side tells nothing: half-open connections stay open for hours. `silenceMs`: longest
 * time between two signs of life that the platform promises, with some grace.
 */
export function createStallGuard(
  clock: Clock,
  platform: string,
  silenceMs: number,
  outer: AbortSignal,
): StallGuard {
  const closing = new AbortController()
  const stalled = new AbortController()
  const ended = AbortSignal.any([outer, closing.signal])
  let touchedAt = clock.now()
  const watch = async () => {
    while (!ended.aborted) {
      // A clock that was put back must not lengthen the silence.
      touchedAt = Math.min(touchedAt, clock.now())
      const leftMs = touchedAt + silenceMs - clock.now()
      if (leftMs <= 0) return stalled.abort()
      await clock.sleep(leftMs, ended)
    }
  }
  const watching = watch()
  return {
    touch() {
      touchedAt = clock.now()
    },
    signal: AbortSignal.any([outer, stalled.signal]),
    check() {
      if (stalled.signal.aborted && !outer.aborted) {
        throw new DependencyError('http_timeout', `${platform} has said nothing for ${silenceMs} ms`, {
          retryable: true,
        })
      }
    },
    close() {
      closing.abort()
      void watching
    },
  }
}
