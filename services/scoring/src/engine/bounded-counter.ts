import type { Reader, Writer } from './codec.ts'

/**
 * Counts keys in bounded space: when there are twice as many as may stay, the rarest half goes. A key that stays
 * frequent loses nothing; a rare one may be counted too low (as in Misra and Gries, 1982), never too high.
 */
export class BoundedCounter {
  // Plain numbers: boxed ones would spare a lookup and cost 40 KB a brand.
  #counts = new Map<string, number>()
  #total = 0
  readonly #keep: number

  /** @param keep keys that survive a pruning */
  constructor(keep: number) {
    this.#keep = keep
  }

  /** How often something was counted, pruned and nameless keys included. */
  get total(): number {
    return this.#total
  }

  add(key: string): void {
    this.#total += 1
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1)
    if (this.#counts.size > this.#keep * 2) this.#prune()
  }

  /** Counts what has no key. */
  addNameless(times = 1): void {
    this.#total += times
  }

  get(key: string): number {
    return this.#counts.get(key) ?? 0
  }

  entries(): Iterable<[string, number]> {
    return this.#counts
  }

  encode(writer: Writer): void {
    writer.unsigned(this.#total)
    // In the order of the map, which decides ties at the next pruning.
    writer.list([...this.#counts], ([key, count]) => {
      writer.string(key)
      writer.unsigned(count)
    })
  }

  static decode(reader: Reader, keep: number): BoundedCounter {
    const counter = new BoundedCounter(keep)
    counter.#total = reader.unsigned()
    for (let left = reader.unsigned(); left > 0; left -= 1)
      counter.#counts.set(reader.string(), reader.unsigned())
    return counter
  }

  /** Passes over what `encode` wrote. */
  static skip(reader: Reader): void {
    reader.unsigned()
    for (let left = reader.unsigned(); left > 0; left -= 1) {
      reader.skipString()
      reader.unsigned()
    }
  }

  #prune(): void {
    const entries = [...this.#counts].sort((a, b) => b[1] - a[1])
    this.#counts = new Map(entries.slice(0, this.#keep))
  }
}
