import type { RootDatabase } from 'lmdb'
import type { DependencyError } from '../../errors/index.ts'
import { causeOfCommitError, checkRoom, writeError } from '../../lmdb/index.ts'
import { closedError } from './closed-error.ts'

/** A write that reads, decides and puts within the transaction it is run in; it must not throw by design. */
interface Write {
  run(): void
  resolve(): void
  reject(err: DependencyError): void
  bytes: number
}

/** Ends a batch, so that the event loop is not held up for longer by copying. */
const maxBatchBytes = 16 * 2 ** 20

/**
 * Gathers writes into one transaction and settles them when it is on disk; what arrives meanwhile is the next batch. The
 * puts run on the calling thread (memory only), the commit and its flush on lmdb's. A batch is kept whole or not at all.
 */
export class WriteQueue {
  readonly #root: RootDatabase
  readonly #folder: string
  readonly #minFreeBytes: number
  #waiting: Write[] = []
  #draining: Promise<void> | undefined
  #closed = false

  /** `minFreeBytes`: room to leave on the folder's disk. */
  constructor(root: RootDatabase, { folder, minFreeBytes }: { folder: string; minFreeBytes: number }) {
    this.#root = root
    this.#folder = folder
    this.#minFreeBytes = minFreeBytes
  }

  /** Runs `write` in a transaction and resolves with its result when that is on disk. `bytes`: roughly what it puts. */
  run<T>(write: () => T, bytes = 0): Promise<T> {
    if (this.#closed) return Promise.reject(closedError(this.#folder))
    return new Promise<T>((resolve, reject) => {
      let settle: () => void = () => undefined
      this.#waiting.push({
        run: () => {
          const result = write()
          settle = () => resolve(result)
        },
        resolve: () => settle(),
        reject,
        bytes,
      })
      this.#draining ??= this.#drain()
    })
  }

  /** Resolves when all that was asked for is settled; further writes are refused. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#draining
  }

  async #drain(): Promise<void> {
    // Lets the callers of this turn of the event loop into the first batch.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#waiting.length > 0) {
      const batch = this.#nextBatch()
      try {
        await this.#transact(batch)
        for (const write of batch) write.resolve()
      } catch (err) {
        const error = writeError('store', err, this.#folder)
        for (const write of batch) write.reject(error)
      }
    }
    this.#draining = undefined
  }

  #nextBatch(): Write[] {
    let bytes = 0
    let count = 0
    for (const write of this.#waiting) {
      if (count > 0 && bytes + write.bytes > maxBatchBytes) break
      bytes += write.bytes
      count++
    }
    return this.#waiting.splice(0, count)
  }

  async #transact(batch: readonly Write[]): Promise<void> {
    const bytes = batch.reduce((sum, write) => sum + write.bytes, 0)
    checkRoom({ kind: 'store', folder: this.#folder, bytes, minFreeBytes: this.#minFreeBytes })
    try {
      // A child transaction: what was put before a put fails is taken back.
      await this.#root.childTransaction(() => {
        for (const write of batch) write.run()
      })
    } catch (err) {
      throw await causeOfCommitError(err)
    }
  }
}
