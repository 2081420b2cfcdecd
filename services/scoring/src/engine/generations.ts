import { BoundedCounter } from './bounded-counter.ts'
import { Reader, Writer } from './codec.ts'

/** What a family of counters is: how long one counts, how many are looked at, how many keys each keeps. */
export interface GenerationOptions {
  /** Minutes of partition time one counter counts. */
  minutes: number
  /** Counters kept, the running one included. */
  kept: number
  keys: number
}

interface Turn {
  turn: number
  /** The running turn's counter; of one that is over, its encoding: a quarter of the counter's size. */
  counter: BoundedCounter | Uint8Array
}

const packer = new Writer()

/** Bounded counters in turns of a fixed length, so that what was said long ago leaves by itself. */
export class Generations {
  readonly #options: GenerationOptions
  #turns: Turn[] = []
  /** The last turn's counter, once it was asked for. */
  #running: BoundedCounter | undefined
  #runningTurn = 0

  constructor(options: GenerationOptions) {
    this.#options = options
  }

  /** The counter of the turn `minute` is in; minutes never go back. */
  at(minute: number): BoundedCounter {
    const turn = Math.floor(minute / this.#options.minutes)
    if (this.#running === undefined || this.#runningTurn < turn) this.#running = this.#turnOf(turn)
    return this.#running
  }

  #turnOf(turn: number): BoundedCounter {
    const last = this.#turns[this.#turns.length - 1]
    if (last !== undefined && last.turn >= turn) {
      if (last.counter instanceof Uint8Array) last.counter = this.#unpack(last.counter)
      this.#runningTurn = last.turn
      return last.counter
    }
    if (last !== undefined) last.counter = pack(last.counter)
    const counter = new BoundedCounter(this.#options.keys)
    this.#turns.push({ turn, counter })
    this.#turns = this.#turns.filter((entry) => entry.turn > turn - this.#options.kept)
    this.#runningTurn = turn
    return counter
  }

  /** Counts and total of all turns still kept at `minute`. */
  totals(minute: number): { total: number; counts: Map<string, number> } {
    const oldest = Math.floor(minute / this.#options.minutes) - this.#options.kept
    const counts = new Map<string, number>()
    let total = 0
    for (const { turn, counter: kept } of this.#turns) {
      if (turn <= oldest) continue
      const counter = kept instanceof Uint8Array ? this.#unpack(kept) : kept
      total += counter.total
      for (const [key, count] of counter.entries()) counts.set(key, (counts.get(key) ?? 0) + count)
    }
    return { total, counts }
  }

  encode(writer: Writer): void {
    writer.list(this.#turns, ({ turn, counter }) => {
      writer.unsigned(turn)
      if (counter instanceof Uint8Array) writer.raw(counter)
      else counter.encode(writer)
    })
  }

  static decode(reader: Reader, options: GenerationOptions): Generations {
    const generations = new Generations(options)
    generations.#turns = reader.list(() => {
      const turn = reader.unsigned()
      const from = reader.position
      BoundedCounter.skip(reader)
      return { turn, counter: reader.between(from, reader.position) }
    })
    const last = generations.#turns.at(-1)
    if (last?.counter instanceof Uint8Array) last.counter = generations.#unpack(last.counter)
    return generations
  }

  #unpack(bytes: Uint8Array): BoundedCounter {
    return BoundedCounter.decode(new Reader(bytes, 'counter'), this.#options.keys)
  }
}

function pack(counter: BoundedCounter | Uint8Array): Uint8Array {
  if (counter instanceof Uint8Array) return counter
  counter.encode(packer)
  return packer.finish()
}
