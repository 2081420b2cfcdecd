import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Topic } from '../../contracts/index.ts'
import { DependencyError } from '../../errors/index.ts'
import { checkTopic, closedError, partitionOfRecord } from '../check-record.ts'
import type { Appended, NewRecord } from '../log.ts'
import { encodeRecord } from './codec.ts'
import type { Pending } from './topic-log.ts'

/** Greatest size of one commit; more callers' records go into the next. */
const maxCommitRecords = 20_000
const maxCommitBytes = 16 * 2 ** 20
/** What may wait to be written, bytes; more is refused until some of it is. */
const maxQueuedBytes = 256 * 2 ** 20

/** Writes one topic's records durably; the results stand in their order. */
export type WriteTopic = (topic: Topic, pending: readonly Pending[]) => Promise<Appended[]>

interface Request {
  records: { topic: Topic; pending: Pending }[]
  bytes: number
  resolve(appended: Appended[]): void
  reject(err: unknown): void
}

/** What one commit writes to one topic, and for whom. */
interface TopicCommit {
  pending: Pending[]
  deliver: ((appended: Appended) => void)[]
  of: Set<Request>
}

/** Gathers the callers of one event-loop turn, and those who come while a commit is under way, into one commit. */
export class Appender {
  readonly #write: WriteTopic
  readonly #queue: Request[] = []
  #queuedBytes = 0
  #turn: Promise<void> = Promise.resolve()
  #scheduled = false
  #closed = false

  constructor(write: WriteTopic) {
    this.#write = write
  }

  async append(records: readonly NewRecord[]): Promise<Appended[]> {
    if (this.#closed) throw closedError()
    if (records.length === 0) return []
    const encoded = records.map((record) => ({ topic: checkTopic(record.topic), pending: encode(record) }))
    const bytes = encoded.reduce((sum, { pending }) => sum + pending.bytes.byteLength, 0)
    if (this.#queuedBytes > 0 && this.#queuedBytes + bytes > maxQueuedBytes) {
      throw new DependencyError(
        'log_unavailable',
        `${this.#queuedBytes} bytes wait to be written; no more is taken until some are`,
        {
          retryable: true,
        },
      )
    }
    this.#queuedBytes += bytes
    return new Promise((resolve, reject) => {
      this.#queue.push({ records: encoded, bytes, resolve, reject })
      this.#schedule()
    })
  }

  /** Runs `work` while nothing is being written. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work)
    this.#turn = turn.then(
      () => undefined,
      () => undefined,
    )
    return turn
  }

  /** Takes no more, and resolves when what was taken is settled. */
  async close(): Promise<void> {
    this.#closed = true
    while (this.#scheduled || this.#queue.length > 0) await this.#turn
    await this.#turn
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    void this.exclusively(async () => {
      await nextTurn()
      this.#scheduled = false
      await this.#commit(this.#takeBatch())
      if (this.#queue.length > 0) this.#schedule()
    })
  }

  #takeBatch(): Request[] {
    let records = 0
    let bytes = 0
    let count = 0
    for (const request of this.#queue) {
      records += request.records.length
      bytes += request.bytes
      if (count > 0 && (records > maxCommitRecords || bytes > maxCommitBytes)) break
      count++
    }
    return this.#queue.splice(0, count)
  }

  async #commit(batch: readonly Request[]): Promise<void> {
    const byTopic = new Map<Topic, TopicCommit>()
    const results = new Map<Request, Appended[]>()
    for (const request of batch) {
      const appended: Appended[] = new Array(request.records.length)
      results.set(request, appended)
      for (const [index, { topic, pending }] of request.records.entries()) {
        const group = byTopic.get(topic) ?? { pending: [], deliver: [], of: new Set<Request>() }
        byTopic.set(topic, group)
        group.pending.push(pending)
        group.of.add(request)
        group.deliver.push((one) => {
          appended[index] = one
        })
      }
    }
    const failed = new Map<Request, unknown>()
    await Promise.all(
      [...byTopic].map(async ([topic, { pending, deliver, of }]) => {
        try {
          const appended = await this.#write(topic, pending)
          for (const [index, one] of appended.entries()) deliver[index]?.(one)
        } catch (err) {
          for (const request of of) failed.set(request, err)
        }
      }),
    )
    for (const [request, appended] of results) {
      this.#queuedBytes -= request.bytes
      if (failed.has(request)) request.reject(failed.get(request))
      else request.resolve(appended)
    }
  }
}

function encode(record: NewRecord): Pending {
  const partition = partitionOfRecord(record)
  return { partition, bytes: encodeRecord(record.key, record.value) }
}
