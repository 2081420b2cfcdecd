/** How far a stage has come in each partition, and who waits for it; for replays and tests, which go step by step. */
export class Progress {
  readonly #positions = new Map<number, number>()
  #waiting: { ends: ReadonlyMap<number, number>; resolve: () => void }[] = []

  /** The effects of everything before `offset` are written. */
  advance(partition: number, offset: number): void {
    this.#positions.set(partition, offset)
    const ready = this.#waiting.filter(({ ends }) => this.#hasReached(ends))
    if (ready.length === 0) return
    this.#waiting = this.#waiting.filter((entry) => !ready.includes(entry))
    for (const { resolve } of ready) resolve()
  }

  /** Resolves once every partition named stands at its offset or beyond. */
  reached(ends: ReadonlyMap<number, number>): Promise<void> {
    if (this.#hasReached(ends)) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push({ ends, resolve }))
  }

  #hasReached(ends: ReadonlyMap<number, number>): boolean {
    for (const [partition, end] of ends) {
      if (end > 0 && (this.#positions.get(partition) ?? 0) < end) return false
    }
    return true
  }
}
