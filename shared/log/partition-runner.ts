import { setTimeout as sleepFor } from 'node:timers/promises'
import type { Batch, PartitionHandler } from './log.ts'

/** `done`: processed; `refused`: does not begin where the last ended, seek to `next`; `stopped`: gave up, loud; `abandoned`: aborted. */
export type Presented = 'done' | 'refused' | 'stopped' | 'abandoned'

export interface PartitionRunnerOptions {
  partition: number
  handler: Pick<PartitionHandler, 'process' | 'stopped'>
  /** Offset of the first record wanted. */
  next: number
  /** False where offsets have holes (a compacted topic): a batch may then begin later, never earlier. */
  dense: boolean
  /** Wait before the second and third try, ms; each is varied by half either way. */
  backOffMs?: readonly [number, number]
}

/** One owned partition: presents each batch up to three times and keeps the offset the next one must begin at. */
export class PartitionRunner {
  readonly partition: number
  readonly #handler: Pick<PartitionHandler, 'process' | 'stopped'>
  readonly #dense: boolean
  readonly #backOffMs: readonly number[]
  readonly #abort = new AbortController()
  #next: number
  #stoppedBy: { err: unknown } | undefined

  constructor(options: PartitionRunnerOptions) {
    this.partition = options.partition
    this.#handler = options.handler
    this.#dense = options.dense
    this.#next = options.next
    this.#backOffMs = options.backOffMs ?? [100, 400]
  }

  /** Offset the next batch must begin at. */
  get next(): number {
    return this.#next
  }

  get stopped(): boolean {
    return this.#stoppedBy !== undefined
  }

  /** What stopped the partition, if something did. */
  get stoppedBy(): unknown {
    return this.#stoppedBy?.err
  }

  /** Gives up the batch under way: no further try, and its outcome does not move the position. */
  abandon(): void {
    this.#abort.abort()
  }

  /** Stops the partition for good and tells the handler. */
  stop(err: unknown): void {
    if (this.#stoppedBy) return
    this.#stoppedBy = { err }
    this.#handler.stopped?.(this.partition, err)
  }

  /** Never rejects. One call at a time. */
  async present(batch: Batch): Promise<Presented> {
    if (this.#stoppedBy) return 'stopped'
    const last = batch.records.at(-1)
    if (!last || !this.#fits(batch)) return 'refused'
    const { signal } = this.#abort
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        await this.#handler.process(batch, signal)
        if (signal.aborted) break
        this.#next = last.offset + 1
        return 'done'
      } catch (err) {
        if (signal.aborted) break
        const backOffMs = this.#backOffMs[attempt]
        if (backOffMs === undefined) {
          this.stop(err)
          return 'stopped'
        }
        await pause(backOffMs, signal)
      }
    }
    return 'abandoned'
  }

  #fits(batch: Batch): boolean {
    let expected = this.#next
    for (const [index, record] of batch.records.entries()) {
      if (batch.partition !== this.partition || record.offset < expected) return false
      if (this.#dense && index === 0 && record.offset !== expected) return false
      expected = record.offset + 1
    }
    return true
  }
}

/** Waits between half and one and a half times `ms`, or until aborted; by the machine's clock, also in a replay. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleepFor(ms * (0.5 + Math.random()), undefined, { signal }).catch(() => undefined)
}
