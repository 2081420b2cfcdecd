import { type Opinions, opinions, opinionsKey, type SecondOpinion } from '@nabiz/shared/contracts'
import type { LogRecord } from '@nabiz/shared/log'
import { type CarriedIn, CarriedRecords } from '../judgements/carried-records.ts'

interface Known {
  opinion: SecondOpinion
  /** Offset of its record in `judgements`. */
  at: number
  /** Whoever has applied all mentions before this offset needs it no more. */
  before: number
}

/** Second opinions on a partition's breaches as they stand in the log. */
export class CarriedOpinions {
  readonly #records: CarriedRecords<void>
  readonly #known = new Map<string, Known>()

  /** `position`: where a checkpoint said to go on reading; undefined: at the beginning. */
  constructor(position: number | undefined, place: CarriedIn) {
    this.#records = new CarriedRecords(position, place, (record) => {
      const found = opinionsOf(record)
      if (found) this.#keep(found, record.offset)
    })
  }

  /** Where whoever goes on from `offset` of `mentions` must read from; undefined: nothing was read. */
  positionFor(offset: number): number | undefined {
    const needed = [...this.#known.values()].flatMap(({ at, before }) => (before > offset ? [at] : []))
    return this.#records.positionFor(needed)
  }

  /** Forgets what is of no more use to who has applied all mentions before `offset`. */
  used(offset: number): void {
    for (const [breach, { before }] of this.#known) if (before <= offset) this.#known.delete(breach)
  }

  /** What stands in the log about a breach. */
  async find(breach: string, signal: AbortSignal): Promise<SecondOpinion | undefined> {
    await this.#records.readOn(signal)
    return this.#known.get(breach)?.opinion
  }

  /** Writes opinions before they are used; `find` gives those that hold from then on. */
  async write(written: Omit<Opinions, 'v' | 'type'>, signal: AbortSignal): Promise<void> {
    const record: Opinions = { v: 1, type: 'opinions', ...written }
    this.#keep(record, await this.#records.append(opinionsKey, record, signal))
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
