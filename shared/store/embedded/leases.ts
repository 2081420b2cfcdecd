import type { Clock } from '../../time/index.ts'
import type { Lease } from '../store.ts'
import type { Databases } from './databases.ts'
import { expiryRow } from './keyed-values.ts'

/** All within a transaction. */
export interface Leases {
  acquire(name: Buffer, holder: string, ttlMs: number): Lease | undefined
  renew(lease: Lease, ttlMs: number): boolean
  release(lease: Lease): void
  /** Removes a lease that has expired by `now`. */
  sweep(name: Uint8Array, now: number): void
}

/** Kind of a lease's row in the expiry index. */
export const leaseKind = 1
const tokenRow = Buffer.from('token')
const nothing = Buffer.of(1)

/** Tokens come from one counter for all names, so that a lease's row can go when it ends and its tokens still grow. */
export function createLeases({ leases, expiries, meta }: Databases, clock: Clock): Leases {
  function running(name: Uint8Array): Lease | undefined {
    const lease = read(name)
    return lease !== undefined && lease.expiresAt > clock.now() ? lease : undefined
  }

  function read(name: Uint8Array): Lease | undefined {
    const row = leases.getBinary(name)
    return row === undefined ? undefined : (JSON.parse(row.toString()) as Lease)
  }

  function write(name: Buffer, lease: Lease): Lease {
    leases.putSync(name, Buffer.from(JSON.stringify(lease)))
    expiries.putSync(expiryRow(lease.expiresAt, leaseKind, name), nothing)
    return lease
  }

  function nextToken(): number {
    const token = Number(meta.getBinary(tokenRow)?.toString() ?? 0) + 1
    meta.putSync(tokenRow, Buffer.from(String(token)))
    return token
  }

  function held(lease: Lease): boolean {
    const current = running(Buffer.from(lease.name))
    return current !== undefined && current.token === lease.token && current.holder === lease.holder
  }

  return {
    acquire(name, holder, ttlMs) {
      const current = running(name)
      if (current !== undefined && current.holder !== holder) return undefined
      const token = current?.token ?? nextToken()
      return write(name, { name: name.toString(), holder, token, expiresAt: clock.now() + ttlMs })
    },
    renew(lease, ttlMs) {
      if (!held(lease)) return false
      write(Buffer.from(lease.name), { ...lease, expiresAt: clock.now() + ttlMs })
      return true
    },
    release(lease) {
      if (held(lease)) leases.removeSync(Buffer.from(lease.name))
    },
    sweep(name, now) {
      const lease = read(name)
      if (lease !== undefined && lease.expiresAt <= now) leases.removeSync(name)
    },
  }
}
