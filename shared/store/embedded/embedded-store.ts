import { DependencyError, messageOf } from '../../errors/index.ts'
import { defaultMinFreeBytes } from '../../lmdb/index.ts'
import { acquireProcessLock, type ProcessLock } from '../../process-lock/index.ts'
import type { Clock } from '../../time/index.ts'
import { keyBytes, prefixBytes } from '../check-key.ts'
import { checkTimer } from '../check-timer.ts'
import { checkTtl } from '../check-ttl.ts'
import type { Store } from '../store.ts'
import { closedError } from './closed-error.ts'
import { type Databases, openDatabases } from './databases.ts'
import { createDueTimes } from './due-times.ts'
import { createKeyedValues } from './keyed-values.ts'
import { createLeases } from './leases.ts'
import { createPartitionStates } from './partition-states.ts'
import { createSweep } from './sweep.ts'
import { WriteQueue } from './write-queue.ts'

export interface EmbeddedStoreOptions {
  folder: string
  clock: Clock
  /** False: writes survive the process, not the machine; for tests and replays. Default true. */
  fsync?: boolean
  /** Reads beside the process that holds the store, e.g. `nabiz status`; writes are refused. Default false. */
  readOnly?: boolean
  /** Room the store leaves on its disk, bytes; a write that would take of it gets `store_full`. Default 32 MiB. */
  minFreeBytes?: number
}

/** The store on LMDB. */
export interface EmbeddedStore extends Store {
  readonly driver: 'embedded'
  /** Removes at most `limit` expired rows (default 1,000) and returns how many it looked at; also runs by itself. */
  sweep(limit?: number): Promise<number>
}

/** How often expired rows are cleared away, ms. */
const sweepEveryMs = 5_000

/**
 * Opens the store in a folder, for this process alone unless `readOnly`. DependencyError: `log_locked` naming the holder,
 * `store_full`, `store_unavailable`. Values handed to it must not be changed until the write has settled.
 */
export async function openEmbeddedStore(options: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  const { folder, clock, fsync = true, readOnly = false, minFreeBytes = defaultMinFreeBytes } = options
  const lock = readOnly ? undefined : await hold(folder)
  try {
    const databases = openDatabases(folder, { fsync, readOnly, minFreeBytes })
    return createStore({
      folder,
      clock,
      readOnly,
      minFreeBytes,
      databases,
      release: async () => lock?.release(),
    })
  } catch (err) {
    await lock?.release()
    throw err
  }
}

async function hold(folder: string): Promise<ProcessLock> {
  try {
    return await acquireProcessLock(folder, 'embedded store')
  } catch (err) {
    if (err instanceof DependencyError) throw err
    const message = `the folder ${folder} cannot be made or written to: ${messageOf(err)}`
    throw new DependencyError('store_unavailable', message, { retryable: false, cause: err })
  }
}

interface Parts {
  folder: string
  clock: Clock
  readOnly: boolean
  minFreeBytes: number
  databases: Databases
  release(): Promise<void>
}

function createStore({ folder, clock, readOnly, minFreeBytes, databases, release }: Parts): EmbeddedStore {
  const queue = new WriteQueue(databases.root, { folder, minFreeBytes })
  const values = createKeyedValues(databases, clock)
  const leases = createLeases(databases, clock)
  const dueTimes = createDueTimes(databases)
  const readsUnderWay = new Set<Promise<unknown>>()
  let closing: Promise<void> | undefined

  async function write<T>(run: () => T, bytes = 0): Promise<T> {
    if (closing !== undefined) throw closedError(folder)
    if (readOnly)
      throw new DependencyError('store_unavailable', `the store in ${folder} is open for reading only`, {
        retryable: false,
      })
    return queue.run(run, bytes)
  }

  function read<T>(run: () => T): T {
    refuseIfClosed()
    try {
      return run()
    } catch (err) {
      if (err instanceof RangeError) throw err
      throw new DependencyError(
        'store_unavailable',
        `the store in ${folder} cannot read: ${messageOf(err)}`,
        {
          retryable: true,
          cause: err,
        },
      )
    }
  }

  function refuseIfClosed(): void {
    if (closing !== undefined) throw closedError(folder)
  }

  function reading<T>(run: () => Promise<T>): Promise<T> {
    const done = run()
    readsUnderWay.add(done)
    return done.finally(() => readsUnderWay.delete(done))
  }

  const sweep = createSweep(databases, clock, leases, write)
  const stopSweeping = readOnly ? () => undefined : sweep.every(sweepEveryMs)

  return {
    driver: 'embedded',
    sweep: (limit) => sweep.once(limit),

    async get(key) {
      const row = keyBytes('key', key)
      return read(() => values.get(row))
    },
    async getMany(keys) {
      const rows = keys.map((key) => keyBytes('key', key))
      return read(() => rows.map((row) => values.get(row)))
    },
    async set(key, value, { ttlMs } = {}) {
      const entry = { key: keyBytes('key', key), value, ttlMs: checkTtl(ttlMs) }
      await write(() => values.setMany([entry]), value.length)
    },
    async setMany(entries) {
      const rows = entries.map(({ key, value, ttlMs }) => ({
        key: keyBytes('key', key),
        value,
        ttlMs: checkTtl(ttlMs),
      }))
      if (rows.length === 0) return
      await write(() => values.setMany(rows), sum(rows))
    },
    async delete(keys) {
      const rows = keys.map((key) => keyBytes('key', key))
      await write(() => {
        for (const row of rows) values.remove(row)
      })
    },
    async compareAndSet(key, expected, next, { ttlMs } = {}) {
      const entry = { key: keyBytes('key', key), expected, next, ttlMs: checkTtl(ttlMs) }
      const [isSet] = await write(() => values.compareAndSetMany([entry]), next?.length)
      return isSet === true
    },
    async compareAndSetMany(entries) {
      const rows = entries.map(({ key, expected, next, ttlMs }) => ({
        key: keyBytes('key', key),
        expected,
        next,
        ttlMs: checkTtl(ttlMs),
      }))
      if (rows.length === 0) return []
      const bytes = rows.reduce((total, { next }) => total + (next?.length ?? 0), 0)
      return write(() => values.compareAndSetMany(rows), bytes)
    },
    async list(prefix) {
      const row = prefixBytes('prefix', prefix)
      return read(() => values.list(row))
    },

    async acquireLease(name, holder, ttlMs) {
      const row = keyBytes('name', name)
      keyBytes('holder', holder)
      checkTtl(ttlMs)
      return write(() => leases.acquire(row, holder, ttlMs))
    },
    async renewLease(lease, ttlMs) {
      checkTtl(ttlMs)
      return write(() => leases.renew(lease, ttlMs))
    },
    async releaseLease(lease) {
      await write(() => leases.release(lease))
    },

    async schedule(timers) {
      for (const timer of timers) checkTimer(timer)
      await write(() => dueTimes.schedule(timers))
    },
    async unschedule(timers) {
      for (const timer of timers) checkTimer(timer)
      await write(() => dueTimes.unschedule(timers))
    },
    async due(queueName, now, limit) {
      return read(() => dueTimes.due(queueName, now, limit))
    },

    partitions: (stage) => createPartitionStates(stage, { databases, refuseIfClosed, reading, write }),

    close() {
      closing ??= (async () => {
        stopSweeping()
        await Promise.allSettled([queue.close(), ...readsUnderWay])
        await databases.root.close()
        await release()
      })()
      return closing
    },
  }
}

function sum(entries: readonly { value: Uint8Array }[]): number {
  return entries.reduce((bytes, { value }) => bytes + value.length, 0)
}
