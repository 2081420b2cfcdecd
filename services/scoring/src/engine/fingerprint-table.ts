/** A set of 64-bit fingerprints as two 32-bit words in a flat open-addressing table; never holds (0, 0). */
export class FingerprintTable {
  #slots: Int32Array
  #mask: number
  #size = 0

  /** @param capacity slots to begin with, a power of two */
  constructor(capacity = 64) {
    this.#slots = new Int32Array(capacity * 2)
    this.#mask = capacity - 1
  }

  get size(): number {
    return this.#size
  }

  has(low: number, high: number): boolean {
    const slots = this.#slots
    let at = low & this.#mask
    for (;;) {
      const a = slots[at * 2]
      const b = slots[at * 2 + 1]
      if (a === low && b === high) return true
      if (a === 0 && b === 0) return false
      at = (at + 1) & this.#mask
    }
  }

  /** Adds a fingerprint that is not there yet. */
  add(low: number, high: number): void {
    // Three quarters full at most: a look-up in vain still reads no more than a few slots in a row.
    if (this.#size * 4 > this.#mask * 3) this.#grow()
    this.#place(low, high)
    this.#size += 1
  }

  #place(low: number, high: number): void {
    let at = low & this.#mask
    while (this.#slots[at * 2] !== 0 || this.#slots[at * 2 + 1] !== 0) at = (at + 1) & this.#mask
    this.#slots[at * 2] = low
    this.#slots[at * 2 + 1] = high
  }

  #grow(): void {
    const old = this.#slots
    this.#slots = new Int32Array(old.length * 2)
    this.#mask = this.#mask * 2 + 1
    for (let at = 0; at < old.length; at += 2) {
      const low = old[at] ?? 0
      const high = old[at + 1] ?? 0
      if (low !== 0 || high !== 0) this.#place(low, high)
    }
  }
}
