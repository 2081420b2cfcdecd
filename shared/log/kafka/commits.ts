/** Gathers commits: one request at a time, the latest offset of each partition. */
export class Commits {
  readonly #write: (dirty: ReadonlyMap<number, number>) => Promise<void>
  #dirty = new Map<number, number>()
  #next: Promise<void> | undefined
  #underWay: Promise<void> = Promise.resolve()
  isOpen = true

  constructor(write: (dirty: ReadonlyMap<number, number>) => Promise<void>) {
    this.#write = write
  }

  /** Resolves when the offset, or a later one, is committed. */
  set(partition: number, offset: number): Promise<void> {
    this.#dirty.set(partition, offset)
    this.#next ??= this.#underWay
      .catch(() => undefined)
      .then(() => {
        const dirty = this.#dirty
        this.#dirty = new Map()
        this.#next = undefined
        this.#underWay = this.#write(dirty)
        return this.#underWay
      })
    return this.#next
  }

  async settled(): Promise<void> {
    this.isOpen = false
    await this.#next?.catch(() => undefined)
    await this.#underWay.catch(() => undefined)
  }
}
