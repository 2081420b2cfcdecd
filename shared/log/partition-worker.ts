import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Topic } from '../contracts/index.ts'
import { DependencyError, messageOf } from '../errors/index.ts'
import type { Batch, LogRecord, PartitionHandler, Position } from './log.ts'
import { PartitionRunner, pause } from './partition-runner.ts'

const tries = 3
/** Partitions served at once: while one waits for its writes to be flushed, the next is worked on. */
export const maxServed = 8
const firstRetryMs = 100
const longestRetryMs = 5_000
/** Batches that do not begin where they should, one after the other, before the partition stops. */
const maxRefusals = 5

/** Where a driver's worker has its records from. */
export interface PartitionSource {
  readonly topic: Topic
  /** Offsets have holes. */
  readonly compacted: boolean
  /**
   * Offset the partition begins at, checked against the log as it is now. Throws DependencyError; what is retryable is
   * tried again without end.
   */
  begin(partition: number, position: Position | undefined): number | Promise<number>
  /** Whether `take` has records from `next` on, or something to throw. */
  isReady(partition: number, next: number): boolean
  /** Records from `next` on, at least one, or none when they were gone by then; throws what stops the partition. */
  take(
    partition: number,
    next: number,
    maxRecords: number,
    maxBytes: number,
  ): { records: LogRecord[]; end: number }
  /** What was taken did not begin at `next`: it is to be sought again. */
  seek?(partition: number, next: number): void
  /** The partition is not worked on any more; what was read ahead can go. */
  release?(partition: number): void
}

export interface PartitionWorkerOptions {
  source: PartitionSource
  handler: PartitionHandler
  maxBatchRecords?: number | undefined
  maxBufferedBytes?: number | undefined
  onStopped(partition: number, err: unknown): void
}

/** A partition that is owned: being taken over while `runner` is undefined. */
interface Owned {
  runner: PartitionRunner | undefined
  /** Aborts the taking over. */
  taking: AbortController
  /** Settles when no handler call for the partition is under way. */
  idle: Promise<void>
  refusals: number
}

/** Bytes read ahead and not yet processed, over all partitions, unless a member says otherwise. */
export const defaultBufferedBytes = 32 * 2 ** 20

/** The work of one member on any driver: serves its partitions in turn, a few at once, each one batch at a time. */
export class PartitionWorker {
  readonly #source: PartitionSource
  readonly #handler: PartitionHandler
  readonly #maxBatchRecords: number
  readonly #maxBatchBytes: number
  readonly #onStopped: (partition: number, err: unknown) => void
  readonly #owned = new Map<number, Owned>()
  /** Partition whose turn came last; the search for the next begins after it. */
  #lastServed = -1
  /** Partitions with a batch under way. */
  readonly #serving = new Map<number, Promise<void>>()
  #wake: (() => void) | undefined
  #closed = false
  readonly #work: Promise<void>

  constructor(options: PartitionWorkerOptions) {
    this.#source = options.source
    this.#handler = options.handler
    this.#maxBatchRecords = options.maxBatchRecords ?? 1_000
    // The bound is over all partitions.
    this.#maxBatchBytes = Math.floor((options.maxBufferedBytes ?? defaultBufferedBytes) / maxServed)
    this.#onStopped = options.onStopped
    this.#work = this.#run()
  }

  /** Partitions owned, ascending. */
  assignment(): number[] {
    return [...this.#owned.keys()].sort((a, b) => a - b)
  }

  stoppedPartitions(): Map<number, string> {
    const stopped = new Map<number, string>()
    for (const partition of this.assignment()) {
      const runner = this.#owned.get(partition)?.runner
      if (runner?.stopped) stopped.set(partition, messageOf(runner.stoppedBy))
    }
    return stopped
  }

  /** Offset wanted next of each partition that waits for records to come; none while handlers hold everything up. */
  waiting(): Map<number, number> {
    const waiting = new Map<number, number>()
    if (this.#serving.size >= maxServed) return waiting
    for (const [partition, { runner }] of this.#owned) {
      if (!runner || runner.stopped || this.#serving.has(partition)) continue
      if (!this.#source.isReady(partition, runner.next)) waiting.set(partition, runner.next)
    }
    return waiting
  }

  /** New records may be there. */
  wake(): void {
    this.#wake?.()
  }

  /** Takes a partition over; the handler is asked for its position meanwhile. */
  assign(partition: number): void {
    const owned: Owned = {
      runner: undefined,
      taking: new AbortController(),
      idle: Promise.resolve(),
      refusals: 0,
    }
    this.#owned.set(partition, owned)
    owned.idle = this.#take(partition, owned, owned.taking.signal)
  }

  /** Lets the batch under way finish, then tells the handler; no handler call for the partition follows. */
  async revoke(partition: number): Promise<void> {
    const owned = this.#owned.get(partition)
    if (!owned) return
    this.#owned.delete(partition)
    owned.taking.abort()
    await owned.idle
    this.#source.release?.(partition)
    await this.#handler.revoked(partition).catch((err: unknown) => this.#onStopped(partition, err))
  }

  /** Gives up the batch under way and asks the handler for its position again. */
  reassign(partition: number): void {
    const owned = this.#owned.get(partition)
    if (!owned) return
    owned.runner?.abandon()
    owned.taking.abort()
    owned.runner = undefined
    this.#source.release?.(partition)
    const taking = new AbortController()
    owned.taking = taking
    const underWay = owned.idle
    owned.idle = underWay.then(() => this.#take(partition, owned, taking.signal))
  }

  /** Ends the work once the batches under way are done; partitions are revoked before. */
  async stop(): Promise<void> {
    this.#closed = true
    this.wake()
    await this.#work
  }

  async #take(partition: number, owned: Owned, signal: AbortSignal): Promise<void> {
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        const position = await this.#handler.assigned(partition)
        if (signal.aborted) return
        const next = await this.#source.begin(partition, position)
        if (signal.aborted) return
        this.#begin(partition, owned, next)
        return
      } catch (err) {
        if (signal.aborted) return
        const refused = err instanceof DependencyError && !err.retryable
        const outage = err instanceof DependencyError && err.retryable
        // A dependency that is down comes back; our own fault does not go away by asking for ever.
        if (refused || (!outage && attempt >= tries)) {
          this.#begin(partition, owned, 0).stop(err)
          return
        }
        await pause(Math.min(firstRetryMs * 2 ** (attempt - 1), longestRetryMs), signal)
      }
    }
  }

  #begin(partition: number, owned: Owned, next: number): PartitionRunner {
    owned.refusals = 0
    owned.runner = new PartitionRunner({
      partition,
      next,
      dense: !this.#source.compacted,
      handler: {
        process: (batch, signal) => this.#handler.process(batch, signal),
        stopped: (stopped, err) => {
          // What was read ahead of it must not take the room of the others.
          this.#source.release?.(stopped)
          this.#onStopped(stopped, err)
          this.#handler.stopped?.(stopped, err)
        },
      },
    })
    this.wake()
    return owned.runner
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      const partition = this.#serving.size < maxServed ? this.#nextPartition() : undefined
      if (partition === undefined) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
        this.#wake = undefined
        continue
      }
      this.#lastServed = partition
      const served = this.#serve(partition).then(() => {
        this.#serving.delete(partition)
        this.wake()
      })
      this.#serving.set(partition, served)
      // Taking is synchronous: without this a handler that never waits would keep the event loop for itself.
      await nextTurn()
    }
    await Promise.all(this.#serving.values())
  }

  async #serve(partition: number): Promise<void> {
    const owned = this.#owned.get(partition)
    const runner = owned?.runner
    if (!owned || !runner) return
    const before = owned.idle
    let settle = () => {}
    const served = new Promise<void>((resolve) => {
      settle = resolve
    })
    owned.idle = before.then(() => served)
    try {
      const taken = this.#source.take(partition, runner.next, this.#maxBatchRecords, this.#maxBatchBytes)
      if (taken.records.length > 0)
        await this.#present(owned, runner, { topic: this.#source.topic, partition, ...taken })
    } catch (err) {
      runner.stop(err)
    } finally {
      settle()
    }
  }

  /** A batch that does not begin where the last ended is sought again, a few times. */
  async #present(owned: Owned, runner: PartitionRunner, batch: Batch): Promise<void> {
    if ((await runner.present(batch)) !== 'refused') {
      owned.refusals = 0
      return
    }
    owned.refusals += 1
    const first = batch.records[0]?.offset
    if (owned.refusals < maxRefusals) {
      this.#source.seek?.(batch.partition, runner.next)
      return
    }
    const message = `${batch.topic}/${batch.partition}: offset ${runner.next} was due and ${first} came, ${maxRefusals} times: records are missing from the log`
    runner.stop(new DependencyError('log_corrupt', message, { retryable: false }))
  }

  #nextPartition(): number | undefined {
    let first: number | undefined
    let following: number | undefined
    for (const [partition, { runner }] of this.#owned) {
      if (!runner || runner.stopped || this.#serving.has(partition)) continue
      if (!this.#source.isReady(partition, runner.next)) continue
      if (first === undefined || partition < first) first = partition
      if (partition > this.#lastServed && (following === undefined || partition < following))
        following = partition
    }
    return following ?? first
  }
}
