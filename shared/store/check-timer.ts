import { keyBytes } from './check-key.ts'

/** Throws a RangeError for a timer whose queue or id is no key, or whose time is no number. */
export function checkTimer(timer: { queue: string; id: string; dueAt?: number }): void {
  keyBytes('queue', timer.queue)
  keyBytes('id', timer.id)
  if (timer.dueAt !== undefined && !Number.isFinite(timer.dueAt))
    throw new RangeError(`dueAt: found ${timer.dueAt}; expected a time in ms`)
}
