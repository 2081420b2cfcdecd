import { BoundedCounter } from './bounded-counter.ts'
import type { Reader, Writer } from './codec.ts'

/** What a family of counters is: how long one counts, how many are looked at, how many keys each keeps. */
export interface GenerationOptions {
  /** Minutes of partition time one counter counts. */
  minutes: number
  /** Counters kept, the running one included. */
  kept: number
  keys: number
}

/** Bounded counters in turns of a fixed length, so that what was said long ago leaves by itself. */
export class Generations {
  readonly #options: GenerationOptions
  #turns: { turn: number; counter: BoundedCounter }[] = []

  constructor(options: GenerationOptions) {
    this.#options = options
  }

  /** The counter of the turn `minute` is in; minutes never go back. */
  at(minute: number): BoundedCounter {
    const turn = Math.floor(minute / this.#options.minutes)
    const last = this.#turns[this.#turns.length - 1]
    if (last !== undefined && last.turn >= turn) return last.counter
    const counter = new BoundedCounter(this.#options.keys)
    this.#turns.push({ turn, counter })
    this.#turns = this.#turns.filter((entry) => entry.turn > turn - this.#options.kept)
    return counter
  }

  /** Counts and total of all turns still kept at `minute`. */
  totals(minute: number): { total: number; counts: Map<string, number> } {
    const oldest = Math.floor(minute / this.#options.minutes) - this.#options.kept
    const counts = new Map<string, number>()
    let total = 0
    for (const { turn, counter } of this.#turns) {
      if (turn <= oldest) continue
      total += counter.total
      for (const [key, count] of counter.entries()) counts.set(key, (counts.get(key) ?? 0) + count)
    }
    return { total, counts }
  }

  encode(writer: Writer): void {
    writer.list(this.#turns, ({ turn, counter }) => {
      writer.unsigned(turn)
      counter.encode(writer)
    })
  }

  static decode(reader: Reader, options: GenerationOptions): Generations {
    const generations = new Generations(options)
    generations.#turns = reader.list(() => ({
      turn: reader.unsigned(),
      counter: BoundedCounter.decode(reader, options.keys),
    }))
    return generations
  }
}
