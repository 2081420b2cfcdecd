import type { Clock } from '../../time/index.ts'
import type { Databases } from './databases.ts'
import { expiryOf, valueKind } from './keyed-values.ts'
import type { Leases } from './leases.ts'
import { endOf, timeBytes } from './row-keys.ts'

/** Takes expired rows out of the file, so that their room is used again; reads already pass over them. */
export interface Sweep {
  /** At most `limit` rows of the index in one write; returns how many there were. */
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

  /** The index row may be older than the row itself, which was given more time or none to expire at. */
  function clear(row: Uint8Array, now: number): void {
    const key = row.subarray(9)
    if (row[8] === valueKind) {
      const found = values.getBinary(key)
      const at = found === undefined ? 0 : expiryOf(found)
      if (at !== 0 && at <= now) values.removeSync(key)
    } else leases.sweep(key, now)
    expiries.removeSync(row)
  }

  async function once(limit = rowsPerWrite): Promise<number> {
    const now = clock.now()
    return write(() => {
      const rows = due(limit, now).map((row) => Buffer.from(row))
      for (const row of rows) clear(row, now)
      return rows.length
    })
  }

  async function all(): Promise<void> {
    if (due(1, clock.now()).length === 0) return
    while ((await once()) === rowsPerWrite) await new Promise((resolve) => setImmediate(resolve))
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
