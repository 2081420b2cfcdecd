import type { KeptValues } from '../connector-context.ts'

/** Quotas and tokens of one command or test: nothing of it outlives the process. `first`: what is there at the beginning. */
export function createMemoryKeptValues(first: ReadonlyMap<string, Uint8Array> = new Map()): KeptValues {
  const values = new Map(first)
  const leases = new Map<string, string>()
  return {
    get: (key) => Promise.resolve(values.get(key)),
    set(key, value) {
      values.set(key, value)
      return Promise.resolve()
    },
    compareAndSet(key, expected, next) {
      const now = values.get(key)
      const isSame =
        now === undefined || expected === undefined ? now === expected : Buffer.compare(now, expected) === 0
      if (isSame && next === undefined) values.delete(key)
      else if (isSame && next !== undefined) values.set(key, next)
      return Promise.resolve(isSame)
    },
    acquireLease(name, holder) {
      const other = leases.get(name)
      if (other !== undefined && other !== holder) return Promise.resolve(undefined)
      leases.set(name, holder)
      return Promise.resolve({ name, holder, token: 1, expiresAt: Number.MAX_SAFE_INTEGER })
    },
    releaseLease({ name }) {
      leases.delete(name)
      return Promise.resolve()
    },
  }
}
