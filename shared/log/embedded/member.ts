import { setImmediate as nextTurn } from 'node:timers/promises'
import { DependencyError, messageOf } from '../../errors/index.ts'
import { checkPosition } from '../check-position.ts'
import type { PartitionHandler, SubscribeOptions } from '../log.ts'
import { PartitionRunner, pause } from '../partition-runner.ts'
import type { TopicLog } from './topic-log.ts'

const tries = 3
/** Partitions served at once: while one waits for its writes to be flushed, the next is worked on. */
const maxServed = 8
const firstRetryMs = 100
const longestRetryMs = 5_000

/** A partition this member owns: being taken over while `runner` is undefined. */
interface Owned {
  topicId: string
  runner: PartitionRunner | undefined
  /** Aborts the taking over. */
  taking: AbortController
  /** Settles when no handler call for the partition is under way. */
  idle: Promise<void>
}

export interface MemberOptions extends SubscribeOptions {
  log: TopicLog
  onStopped(partition: number, err: unknown): void
}

/** One member of a group at work: serves its partitions in turn, a few at once, each one batch at a time. */
export class Member {
  readonly name: string
  readonly #log: TopicLog
  readonly #handler: PartitionHandler
  readonly #maxBatchRecords: number
  readonly #maxBufferedBytes: number
  readonly #onStopped: (partition: number, err: unknown) => void
  readonly #owned = new Map<number, Owned>()
  /** Partition whose turn came last; the search for the next begins after it. */
  #lastServed = -1
  /** Partitions with a batch under way. */
  readonly #serving = new Map<number, Promise<void>>()
  #wake: (() => void) | undefined
  #closed = false
  readonly #work: Promise<void>

  constructor(options: MemberOptions) {
    this.name = options.member
    this.#log = options.log
    this.#handler = options.handler
    this.#maxBatchRecords = options.maxBatchRecords ?? 1_000
    // The bound is over all partitions.
    this.#maxBufferedBytes = Math.floor((options.maxBufferedBytes ?? 32 * 2 ** 20) / maxServed)
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

  /** New records may be there. */
  wake(): void {
    this.#wake?.()
  }

  /** Gives the member a partition; the handler is asked for its position meanwhile. */
  assign(partition: number): void {
    const owned: Owned = {
      topicId: '',
      runner: undefined,
      taking: new AbortController(),
      idle: Promise.resolve(),
    }
    this.#owned.set(partition, owned)
    owned.idle = this.#take(partition, owned)
  }

  /** Lets the batch under way finish, then tells the handler; no handler call for the partition follows. */
  async revoke(partition: number): Promise<void> {
    const owned = this.#owned.get(partition)
    if (!owned) return
    this.#owned.delete(partition)
    owned.taking.abort()
    await owned.idle
    await this.#handler.revoked(partition).catch((err: unknown) => this.#onStopped(partition, err))
  }

  reassign(partition: number): void {
    const owned = this.#owned.get(partition)
    if (!owned) return
    owned.runner?.abandon()
    owned.taking.abort()
    owned.runner = undefined
    owned.taking = new AbortController()
    const underWay = owned.idle
    owned.idle = underWay.then(() => this.#take(partition, owned))
  }

  /** Ends the work once the batch under way is done; partitions are revoked before. */
  async stop(): Promise<void> {
    this.#closed = true
    this.wake()
    await this.#work
  }

  async #take(partition: number, owned: Owned): Promise<void> {
    const { signal } = owned.taking
    for (let attempt = 1; !signal.aborted; attempt++) {
      try {
        const position = await this.#handler.assigned(partition)
        if (signal.aborted) return
        const next = checkPosition(position, this.#log.topic, this.#log.id, this.#log.bounds(partition))
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
    owned.topicId = this.#log.id
    owned.runner = new PartitionRunner({
      partition,
      next,
      dense: !this.#log.compacted,
      handler: {
        process: (batch, signal) => this.#handler.process(batch, signal),
        stopped: (stopped, err) => {
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
      // Reading is synchronous: without this a handler that never waits would keep the event loop for itself.
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
      const position = { topicId: owned.topicId, offset: runner.next }
      checkPosition(position, this.#log.topic, this.#log.id, this.#log.bounds(partition))
      const end = this.#log.end(partition)
      const records = this.#log.read(
        partition,
        runner.next,
        end,
        this.#maxBatchRecords,
        this.#maxBufferedBytes,
      )
      if (records.length > 0) await runner.present({ topic: this.#log.topic, partition, records, end })
    } catch (err) {
      runner.stop(err)
    } finally {
      settle()
    }
  }

  #nextPartition(): number | undefined {
    let first: number | undefined
    let following: number | undefined
    for (const [partition, { runner, topicId }] of this.#owned) {
      if (!runner || runner.stopped || this.#serving.has(partition)) continue
      if (runner.next >= this.#log.end(partition) && topicId === this.#log.id) continue
      if (first === undefined || partition < first) first = partition
      if (partition > this.#lastServed && (following === undefined || partition < following))
        following = partition
    }
    return following ?? first
  }
}
