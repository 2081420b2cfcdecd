import type { Clock } from '../../time/index.ts'
import type { Databases } from './databases.ts'
import { expiryOf, valueKind, valuesKind } from './keyed-values.ts'
import type { Leases } from './leases.ts'
import { endOf, splitCounted, timeBytes } from './row-keys.ts'

/** Takes expired rows out of the file, so that their room is used again; reads already pass over them. */
export interface Sweep {
  /** What `limit` expired values and leases stand in, in one write; returns how many were looked at, a few more at most. */
  once(limit?: number): Promise<number>
  /** Begins clearing away every `ms` without keeping the process alive; returns what stops it. */
  every(ms: number): () => void
}

const rowsPerWrite = 1_000

export function createSweep(
  { values, expiries }: Databases,
  clock: Clock,
  leases: Leases,
  write: <T>(run: () => T) => Promise<T>,
): Sweep {
  function due(limit: number, now: number): Uint8Array[] {
    return [...expiries.getKeys({ end: endOf(timeBytes(now)), limit })]
  }

  /** Clears what an index row names; returns how many that are. */
  function clear(row: Uint8Array, now: number): number {
    const key = row.subarray(9)
    const isOfSeveral = row[8] === valuesKind
    const keys = isOfSeveral ? splitCounted(expiries.getBinary(row) ?? new Uint8Array()) : [key]
    if (isOfSeveral || row[8] === valueKind) for (const one of keys) clearValue(one, now)
    else leases.sweep(key, now)
    expiries.removeSync(row)
    return keys.length
  }

  /** The index row may be older than the row itself, which was given more time or none to expire at. */
  function clearValue(key: Uint8Array, now: number): void {
    const found = values.getBinary(key)
    const at = found === undefined ? 0 : expiryOf(found)
    if (at !== 0 && at <= now) values.removeSync(key)
  }

  async function once(limit = rowsPerWrite): Promise<number> {
    const now = clock.now()
    return write(() => {
      let cleared = 0
      for (const row of due(limit, now).map((found) => Buffer.from(found))) {
        if (cleared >= limit) break
        cleared += clear(row, now)
      }
      return cleared
    })
  }

  async function all(): Promise<void> {
    if (due(1, clock.now()).length === 0) return
    while ((await once()) >= rowsPerWrite) await new Promise((resolve) => setImmediate(resolve))
  }

  return {
    once,
    every(ms) {
      let running = false
      const timer = setInterval(() => {
        if (running) return
        running = true
        // A full or closed store is reported by the writes that people wait for.
        all()
          .catch(() => undefined)
          .finally(() => {
            running = false
          })
      }, ms)
      timer.unref()
      return () => clearInterval(timer)
    },
  }
}
