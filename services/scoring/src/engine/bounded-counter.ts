import type { Reader, Writer } from './codec.ts'

/**
 * Counts keys in bounded space: when there are twice as many as may stay, the rarest half goes. A key that stays
 * frequent loses nothing; a rare one may be counted too low (as in Misra and Gries, 1982), never too high.
 */
export class BoundedCounter {
  // Boxed, so that counting a known key looks it up once: this is the busiest map of all.
  #counts = new Map<string, { count: number }>()
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
    const known = this.#counts.get(key)
    if (known !== undefined) {
      known.count += 1
      return
    }
    this.#counts.set(key, { count: 1 })
    if (this.#counts.size > this.#keep * 2) this.#prune()
  }

  /** Counts something that has no key. */
  addNameless(): void {
    this.#total += 1
  }

  get(key: string): number {
    return this.#counts.get(key)?.count ?? 0
  }

  *entries(): Iterable<[string, number]> {
    for (const [key, { count }] of this.#counts) yield [key, count]
  }

  encode(writer: Writer): void {
    writer.unsigned(this.#total)
    // In the order of the map, which decides ties at the next pruning.
    writer.list([...this.#counts], ([key, { count }]) => {
      writer.string(key)
      writer.unsigned(count)
    })
  }

  static decode(reader: Reader, keep: number): BoundedCounter {
    const counter = new BoundedCounter(keep)
    counter.#total = reader.unsigned()
    for (let left = reader.unsigned(); left > 0; left -= 1)
      counter.#counts.set(reader.string(), { count: reader.unsigned() })
    return counter
  }

  #prune(): void {
    const entries = [...this.#counts].sort((a, b) => b[1].count - a[1].count)
    this.#counts = new Map(entries.slice(0, this.#keep))
  }
}
