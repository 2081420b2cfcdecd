export { createZoneOffset } from './zone-offset.ts'

/** Milliseconds of a second, minute, hour and day. */
export const second = 1_000
export const minute = 60_000
export const hour = 3_600_000
export const day = 86_400_000

/** The only door to time: a system clock live, a virtual one in a replay, a manual one in tests. */
export interface Clock {
  /** ms since the Unix epoch, UTC. */
  now(): number
  /** Resolves after `ms`, or at once when the signal aborts (it does not reject). */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep(ms, signal) {
    if (signal?.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, Math.max(0, Math.min(ms, 2 ** 31 - 1)))
      signal?.addEventListener('abort', done, { once: true })
    })
  },
}

interface Sleeper {
  dueAt: number
  wake(): void
}

/** A clock that moves only when told; sleepers wake in the order of their due times. */
export class ManualClock implements Clock {
  #now: number
  readonly #sleepers = new Set<Sleeper>()

  constructor(startMs: number) {
    this.#now = startMs
  }

  now(): number {
    return this.#now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted || ms <= 0) return Promise.resolve()
    return new Promise((resolve) => {
      const sleeper: Sleeper = {
        dueAt: this.#now + ms,
        wake: () => {
          this.#sleepers.delete(sleeper)
          signal?.removeEventListener('abort', sleeper.wake)
          resolve()
        },
      }
      this.#sleepers.add(sleeper)
      signal?.addEventListener('abort', sleeper.wake, { once: true })
    })
  }

  /** Moves time forward to `ms` (never back) and wakes every sleeper that is due. */
  set(ms: number): void {
    if (ms <= this.#now) return
    this.#now = ms
    const due = [...this.#sleepers].filter((sleeper) => sleeper.dueAt <= ms)
    for (const sleeper of due.sort((a, b) => a.dueAt - b.dueAt)) sleeper.wake()
  }

  advance(ms: number): void {
    this.set(this.#now + ms)
  }
}
