import type { Clock } from '../../time/index.ts'
import type { Databases } from './databases.ts'
import { endOf, timeBytes } from './row-keys.ts'

/** A key's bytes with the value to set and how long it lives. */
export interface KeyedValue {
  key: Buffer
  value: Uint8Array
  ttlMs?: number | undefined
}

/** Rows that live until a time: expiry is checked on every read, and the index tells the sweep where to look. */
export interface KeyedValues {
  get(key: Buffer): Uint8Array | undefined
  list(prefix: Buffer): { key: string; value: Uint8Array }[]
  /** Within a transaction. */
  set(entry: KeyedValue): void
  /** Within a transaction. */
  remove(key: Buffer): void
  /** Within a transaction. */
  compareAndSet(
    key: Buffer,
    expected: Uint8Array | undefined,
    next: Uint8Array | undefined,
    ttlMs: number | undefined,
  ): boolean
}

/** Kind of an index row; a lease's is 1. */
export const valueKind = 0
const header = 8
const nothing = Buffer.of(1)

/** Key of an index row. A row overwritten with another time keeps its old index row until the sweep passes it. */
export function expiryRow(at: number, kind: number, key: Uint8Array): Buffer {
  return Buffer.concat([timeBytes(at), Buffer.of(kind), key])
}

/** When a row of `values` expires, ms; 0 never. */
export function expiryOf(row: Buffer): number {
  return row.readDoubleBE(0)
}

export function createKeyedValues(databases: Databases, clock: Clock): KeyedValues {
  const { values, expiries } = databases

  function get(key: Buffer): Uint8Array | undefined {
    const row = values.getBinary(key)
    if (row === undefined) return undefined
    const at = expiryOf(row)
    if (at !== 0 && at <= clock.now()) return undefined
    return new Uint8Array(row.buffer, row.byteOffset + header, row.length - header)
  }

  function set({ key, value, ttlMs }: KeyedValue): void {
    const at = ttlMs === undefined ? 0 : clock.now() + ttlMs
    const row = Buffer.allocUnsafe(header + value.length)
    row.writeDoubleBE(at)
    row.set(value, header)
    values.putSync(key, row)
    if (at !== 0) expiries.putSync(expiryRow(at, valueKind, key), nothing)
  }

  return {
    get,
    set,
    list(prefix) {
      const keys = [...values.getKeys({ start: prefix, end: endOf(prefix) })]
      return keys.flatMap((key) => {
        const value = get(Buffer.from(key))
        return value === undefined ? [] : [{ key: Buffer.from(key).toString('utf8'), value }]
      })
    },
    remove(key) {
      values.removeSync(key)
    },
    compareAndSet(key, expected, next, ttlMs) {
      const found = get(key)
      if (found === undefined || expected === undefined ? found !== expected : !isSame(found, expected))
        return false
      if (next === undefined) values.removeSync(key)
      else set({ key, value: next, ttlMs })
      return true
    },
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
