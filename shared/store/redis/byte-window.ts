/** Lets so many bytes be under way at once; who asks for more waits in turn. One larger than the window goes alone. */
export class ByteWindow {
  readonly #size: number
  #used = 0
  readonly #waiting: { bytes: number; go(): void }[] = []

  constructor(size: number) {
    this.#size = size
  }

  /** Runs `work` once there is room for its bytes. */
  async within<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    if (this.#waiting.length > 0 || !this.#fits(bytes))
      await new Promise<void>((go) => this.#waiting.push({ bytes, go }))
    else this.#used += bytes
    try {
      return await work()
    } finally {
      this.#used -= bytes
      this.#admit()
    }
  }

  #fits(bytes: number): boolean {
    return this.#used === 0 || this.#used + bytes <= this.#size
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next !== undefined && this.#fits(next.bytes); next = this.#waiting[0]) {
      this.#waiting.shift()
      this.#used += next.bytes
      next.go()
    }
  }
}
