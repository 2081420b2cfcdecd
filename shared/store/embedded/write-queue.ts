import type { RootDatabase } from 'lmdb'
import { DependencyError, messageOf } from '../../errors/index.ts'
import { closedError, writeError } from './store-errors.ts'

/** A write that reads, decides and puts within the transaction it is run in; it must not throw by design. */
interface Write {
  run(): void
  resolve(): void
  reject(err: DependencyError): void
  bytes: number
}

/** Transaction flags of lmdb: can be aborted, committed on return, not yet flushed. */
const abortable = 1
const committedOnReturn = 2
const notFlushed = 0x10000
/** Ends a batch, so that the event loop is not held up for longer by copying. */
const maxBatchBytes = 16 * 2 ** 20

/**
 * Gathers writes into one transaction and one flush, and settles them after the flush; what arrives meanwhile is the
 * next batch. The transaction runs on the calling thread (memory only), the flush on another.
 *
 * lmdb's own asynchronous transactions are not used: a full disk makes them reject promises nobody holds, which ends the
 * process (tried with lmdb 3.5.6). Nor is its `flushed`, which does not wait for synchronous transactions.
 */
export class WriteQueue {
  readonly #root: RootDatabase
  readonly #folder: string
  readonly #fsync: boolean
  #waiting: Write[] = []
  #draining: Promise<void> | undefined
  #refusal: DependencyError | undefined

  constructor(root: RootDatabase, folder: string, fsync: boolean) {
    this.#root = root
    this.#folder = folder
    this.#fsync = fsync
  }

  /** Runs `write` in a transaction and resolves with its result when that is on disk. `bytes`: roughly what it puts. */
  run<T>(write: () => T, bytes = 0): Promise<T> {
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal)
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
    this.#refusal ??= closedError(this.#folder)
    await this.#draining
  }

  async #drain(): Promise<void> {
    // Lets the callers of this turn of the event loop into the first batch.
    await new Promise((resolve) => setImmediate(resolve))
    while (this.#waiting.length > 0) {
      const batch = this.#nextBatch()
      try {
        this.#transact(batch)
        if (this.#fsync) await this.#flush()
        for (const write of batch) write.resolve()
      } catch (err) {
        const error = writeError(this.#folder, err)
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

  #transact(batch: readonly Write[]): void {
    const flags: number = abortable | committedOnReturn | notFlushed
    this.#root.transactionSync(() => {
      for (const write of batch) write.run()
    }, flags)
  }

  /** After a failed flush the kernel may report success for pages it has lost, so nothing more is acknowledged. */
  async #flush(): Promise<void> {
    try {
      await flush(this.#root)
    } catch (err) {
      this.#refusal = new DependencyError(
        'store_unavailable',
        `the store in ${this.#folder} could not be flushed (${messageOf(err)}): check the disk, then start again`,
        { retryable: false, cause: err },
      )
      for (const write of this.#waiting.splice(0)) write.reject(this.#refusal)
      throw this.#refusal
    }
  }
}

/** In lmdb's code, missing from its types: flushes what is committed, on another thread. */
interface Flushable {
  sync(done: (err?: unknown) => void): void
}

function flush(root: RootDatabase): Promise<void> {
  return new Promise((resolve, reject) => {
    ;(root as unknown as Flushable).sync((err) => {
      if (err === undefined || err === null) resolve()
      else reject(err)
    })
  })
}
