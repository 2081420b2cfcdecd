import type { Clock } from '../../time/index.ts'
import type { Databases } from './databases.ts'
import { counted, endOf, timeBytes } from './row-keys.ts'

/** A key's bytes with the value to set and how long it lives. */
export interface KeyedValue {
  key: Buffer
  value: Uint8Array
  ttlMs?: number | undefined
}

/** A key's bytes with what is expected under it, and what takes its place. */
export interface ComparedValue {
  key: Buffer
  expected: Uint8Array | undefined
  next: Uint8Array | undefined
  ttlMs?: number | undefined
}

/** Rows that live until a time: expiry is checked on every read, and the index tells the sweep where to look. */
export interface KeyedValues {
  get(key: Buffer): Uint8Array | undefined
  list(prefix: Buffer): { key: string; value: Uint8Array }[]
  /** Within a transaction. */
  setMany(entries: readonly KeyedValue[]): void
  /** Within a transaction. */
  remove(key: Buffer): void
  /** Within a transaction. Whether each was set, in the order given. */
  compareAndSetMany(entries: readonly ComparedValue[]): boolean[]
}

/** Kinds of an index row: of one value, its key in the row's; of several, their keys in its value. A lease's is 1. */
export const valueKind = 0
export const valuesKind = 2
/** Values that one index row names at most: a sweep clears whole rows. */
const valuesARow = 64
const header = 8
const nothing = Buffer.of(1)
const whereNone = { noOverwrite: true }

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

  function put(key: Buffer, value: Uint8Array, at: number): void {
    values.putSync(key, rowOf(value, at))
  }

  /** Whether `next` took the place of `expected`. */
  function compareAndSet({ key, expected, next }: ComparedValue, at: number): boolean {
    // Most are new: the place is looked for once.
    if (expected === undefined && next && values.putSync(key, rowOf(next, at), whereNone)) return true
    const found = get(key)
    if (found === undefined || expected === undefined ? found !== expected : !isSame(found, expected))
      return false
    if (next) put(key, next, at)
    else values.removeSync(key)
    return true
  }

  /** What is written together expires together, and stands in the index together: a row for each would double the writes. */
  function noteExpiry(at: number, keys: readonly Buffer[]): void {
    const [only] = keys
    if (only && keys.length === 1) {
      expiries.putSync(expiryRow(at, valueKind, only), nothing)
      return
    }
    for (let from = 0; from < keys.length; from += valuesARow) {
      const part = keys.slice(from, from + valuesARow)
      const row = expiryRow(at, valuesKind, part[0] ?? nothing)
      // The same key may have been the first of others a moment ago.
      const before = expiries.getBinary(row) ?? Buffer.alloc(0)
      expiries.putSync(row, Buffer.concat([before, counted(...part)]))
    }
  }

  /** Gathers the keys that expire at one time. */
  function createExpiring() {
    const expiring = new Map<number, Buffer[]>()
    return {
      add(key: Buffer, at: number): void {
        if (at === 0) return
        const keys = expiring.get(at)
        if (keys) keys.push(key)
        else expiring.set(at, [key])
      },
      note() {
        for (const [at, keys] of expiring) noteExpiry(at, keys)
      },
    }
  }

  return {
    get,
    setMany(entries) {
      const now = clock.now()
      const expiring = createExpiring()
      for (const { key, value, ttlMs } of entries) {
        const at = endOfLife(now, ttlMs)
        put(key, value, at)
        expiring.add(key, at)
      }
      expiring.note()
    },
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
    compareAndSetMany(entries) {
      const now = clock.now()
      const expiring = createExpiring()
      const areSet = entries.map((entry) => {
        const at = endOfLife(now, entry.ttlMs)
        const isSet = compareAndSet(entry, at)
        if (isSet && entry.next) expiring.add(entry.key, at)
        return isSet
      })
      expiring.note()
      return areSet
    },
  }
}

/** When what lives for `ttlMs` expires, ms; 0 never. */
function endOfLife(now: number, ttlMs: number | undefined): number {
  return ttlMs === undefined ? 0 : now + ttlMs
}

function rowOf(value: Uint8Array, at: number): Buffer {
  const row = Buffer.allocUnsafe(header + value.length)
  row.writeDoubleBE(at)
  row.set(value, header)
  return row
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
