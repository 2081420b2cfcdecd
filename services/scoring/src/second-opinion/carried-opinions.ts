import { type Opinions, opinions, opinionsKey, type SecondOpinion } from '@nabiz/shared/contracts'
import type { Log, LogRecord } from '@nabiz/shared/log'

export interface CarriedOpinionsOptions {
  log: Log
  partition: number
  /** Repeats a call until what it needs can be reached. */
  reach<T>(what: string, call: () => Promise<T>, signal: AbortSignal): Promise<T>
}

interface Known {
  opinion: SecondOpinion
  /** Offset of its record in `judgements`. */
  at: number
  /** Whoever has applied all mentions before this offset needs it no more. */
  before: number
}

/**
 * Second opinions on a partition's breaches as they stand in the log: whoever reads the partition again finds there what
 * was said, and says the same. Of two on one breach (two members at work for a while) the first in the log holds.
 */
export class CarriedOpinions {
  readonly #options: CarriedOpinionsOptions
  readonly #known = new Map<string, Known>()
  /** The next record of `judgements` to read. */
  #next: number | undefined
  /** Whether all that stood there was read: from then on only this member and a stray one write. */
  #isAtEnd = false

  /** `position`: where a checkpoint said to go on reading; undefined: at the beginning. */
  constructor(position: number | undefined, options: CarriedOpinionsOptions) {
    this.#next = position
    this.#options = options
  }

  /** Where whoever goes on from `offset` of `mentions` must read from; undefined: nothing was read. */
  positionFor(offset: number): number | undefined {
    let position = this.#next
    for (const { at, before } of this.#known.values())
      if (before > offset && position !== undefined) position = Math.min(position, at)
    return position
  }

  /** Forgets what is of no more use to who has applied all mentions before `offset`. */
  used(offset: number): void {
    for (const [breach, { before }] of this.#known) if (before <= offset) this.#known.delete(breach)
  }

  /** What stands in the log about a breach. */
  async find(breach: string, signal: AbortSignal): Promise<SecondOpinion | undefined> {
    if (!this.#isAtEnd) await this.#readToEnd(signal)
    return this.#known.get(breach)?.opinion
  }

  /** Writes opinions before they are used; `find` gives those that hold from then on. */
  async write(written: Omit<Opinions, 'v' | 'type'>, signal: AbortSignal): Promise<void> {
    const { log, partition, reach } = this.#options
    const record: Opinions = { v: 1, type: 'opinions', ...written }
    const value = Buffer.from(JSON.stringify(record), 'utf8')
    const append = () => log.append([{ topic: 'judgements', key: opinionsKey, partition, value }])
    const [appended] = await reach('log', append, signal)
    if (!appended) throw new Error('the log gave no offset for an appended record')
    if (this.#next !== undefined && appended.offset > this.#next) {
      const from = this.#next
      await reach('log', () => this.#read(from, appended.offset), signal)
    }
    this.#keep(record, appended.offset)
    this.#next = appended.offset + 1
  }

  async #readToEnd(signal: AbortSignal): Promise<void> {
    const { log, partition, reach } = this.#options
    await reach(
      'log',
      async () => {
        const bounds = (await log.bounds('judgements')).find((one) => one.partition === partition)
        const from = Math.max(this.#next ?? 0, bounds?.earliest ?? 0)
        if (bounds) await this.#read(Math.min(from, bounds.end), bounds.end)
      },
      signal,
    )
    this.#isAtEnd = true
  }

  async #read(from: number, to: number): Promise<void> {
    const { log, partition } = this.#options
    if (from < to) {
      for await (const records of log.read({ topic: 'judgements', partition, from, to })) {
        for (const record of records) {
          const found = opinionsOf(record)
          if (found) this.#keep(found, record.offset)
        }
      }
    }
    this.#next = to
  }

  #keep({ opinions: found, before }: Opinions, at: number): void {
    for (const { breach, opinion } of found)
      if (!this.#known.has(breach)) this.#known.set(breach, { opinion, at, before })
  }
}

/** Undefined for verdicts on mentions, and where no schema understands it: then the engine is asked again. */
function opinionsOf(record: LogRecord): Opinions | undefined {
  if (record.key !== opinionsKey) return undefined
  try {
    return opinions.safeParse(JSON.parse(Buffer.from(record.value).toString('utf8'))).data
  } catch {
    return undefined
  }
}
