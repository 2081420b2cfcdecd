import type { Reader, Writer } from './codec.ts'

/** A set of minutes as ascending, disjoint spans [from, to); long stretches cost two numbers. */
export class MinuteSpans {
  #ends: number[] = []

  /** Adds [from, to); minutes come in ascending order. */
  add(from: number, to: number): void {
    const last = this.#ends.length - 1
    const lastTo = this.#ends[last]
    if (lastTo !== undefined && from <= lastTo) this.#ends[last] = Math.max(lastTo, to)
    else this.#ends.push(from, to)
  }

  has(minute: number): boolean {
    return this.count(minute, minute + 1) === 1
  }

  /** Minutes of [from, to) in the set. */
  count(from: number, to: number): number {
    let sum = 0
    for (let at = this.#ends.length - 2; at >= 0; at -= 2) {
      const spanTo = this.#ends[at + 1] ?? 0
      if (spanTo <= from) break
      sum += Math.max(0, Math.min(to, spanTo) - Math.max(from, this.#ends[at] ?? 0))
    }
    return sum
  }

  /** Forgets spans that end before `minute`. */
  prune(minute: number): void {
    while (this.#ends.length > 0 && (this.#ends[1] ?? 0) < minute) this.#ends.splice(0, 2)
  }

  encode(writer: Writer): void {
    writer.list(this.#ends, (end) => writer.unsigned(end))
  }

  static decode(reader: Reader): MinuteSpans {
    const spans = new MinuteSpans()
    spans.#ends = reader.list(() => reader.unsigned())
    return spans
  }
}
