import type { Log, LogRecord } from '@nabiz/shared/log'

/** Where one partition's records of `judgements` are read and written. */
export interface CarriedIn {
  log: Log
  partition: number
  /** Repeats a call until what it needs can be reached. */
  reach<T>(what: string, call: () => Promise<T>, signal: AbortSignal): Promise<T>
}

/**
 * One partition's records of `judgements`: what outside engines said, written before it is used, so that whoever reads the
 * partition again, from a checkpoint or from its beginning, finds it there and says the same.
 *
 * Two members may be at work for a while (one was taken for dead). The first record on a matter holds for both: who appends
 * sees by the record's offset that another wrote in between, and takes that first.
 */
export class CarriedRecords<T> {
  readonly #in: CarriedIn
  readonly #take: (record: LogRecord) => T
  /** The next record to read. */
  #next: number | undefined
  /** Whether all that stood there was read: from then on only this member and a stray one write. */
  #isAtEnd = false

  /** `position`: where a checkpoint said to go on reading; undefined: at the beginning. `take`: told of each record read. */
  constructor(position: number | undefined, place: CarriedIn, take: (record: LogRecord) => T) {
    this.#next = position
    this.#in = place
    this.#take = take
  }

  /** Where whoever needs the records at these offsets, and all that come, must read from; undefined: nothing was read. */
  positionFor(needed: Iterable<number>): number | undefined {
    let position = this.#next
    if (position === undefined) return undefined
    for (const at of needed) position = Math.min(position, at)
    return position
  }

  /** Reads on to the end, or until a record that is enough; at the end once, nothing is read any more. */
  async readOn(signal: AbortSignal, isEnough: (taken: T) => boolean = () => false): Promise<void> {
    if (this.#isAtEnd) return
    const { log, partition, reach } = this.#in
    const all = await reach('log', () => log.bounds('judgements'), signal)
    const bounds = all.find((one) => one.partition === partition)
    if (!bounds) return
    // What retention took is older than the mentions it speaks of.
    const from = Math.max(this.#next ?? 0, bounds.earliest)
    this.#isAtEnd = await this.#read(Math.min(from, bounds.end), bounds.end, signal, isEnough)
  }

  /** Writes a record, takes what another member wrote before it, and returns its offset. */
  async append(key: string, record: object, signal: AbortSignal): Promise<number> {
    const { log, partition, reach } = this.#in
    const value = Buffer.from(JSON.stringify(record), 'utf8')
    const append = () => log.append([{ topic: 'judgements', key, partition, value }])
    const [appended] = await reach('log', append, signal)
    if (!appended) throw new Error('the log gave no offset for an appended record')
    const { offset } = appended
    if (this.#next !== undefined && offset > this.#next)
      await this.#read(this.#next, offset, signal, () => false)
    this.#next = offset + 1
    return offset
  }

  /** True when it came to `to`; false when it stopped because a record was enough. */
  #read(from: number, to: number, signal: AbortSignal, isEnough: (taken: T) => boolean): Promise<boolean> {
    const { log, partition, reach } = this.#in
    this.#next = from
    const readOn = async () => {
      const range = { topic: 'judgements', partition, from: this.#next ?? from, to } as const
      for await (const records of log.read(range)) {
        for (const record of records) {
          const taken = this.#take(record)
          this.#next = record.offset + 1
          if (isEnough(taken)) return false
        }
      }
      this.#next = to
      return true
    }
    return reach('log', readOn, signal)
  }
}

/** The position a checkpoint holds under a name. */
export function readPosition(values: ReadonlyMap<string, Uint8Array>, name: string): number | undefined {
  const position = values.get(name)
  return position && Number(Buffer.from(position).toString('utf8'))
}

/** Adds a position to a checkpoint; undefined adds nothing. */
export function putPosition(puts: Map<string, Uint8Array>, name: string, position: number | undefined): void {
  if (position !== undefined) puts.set(name, Buffer.from(String(position), 'utf8'))
}
