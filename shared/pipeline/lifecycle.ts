/** A part of a service with a life of its own. */
export interface Part {
  name: string
  start?(): Promise<void>
  stop(): Promise<void>
}

/** Starts parts in order, stops them in reverse, undoes a half start. */
export class Lifecycle {
  readonly #parts: readonly Part[]
  readonly #running: Part[] = []

  constructor(parts: readonly Part[]) {
    this.#parts = parts
  }

  async start(): Promise<void> {
    for (const part of this.#parts) {
      try {
        await part.start?.()
        this.#running.push(part)
      } catch (err) {
        await this.stop().catch(() => undefined)
        throw err
      }
    }
  }

  /** Stops every running part even when one fails; throws the first failure at the end. */
  async stop(): Promise<void> {
    const failures: unknown[] = []
    for (let part = this.#running.pop(); part; part = this.#running.pop()) {
      try {
        await part.stop()
      } catch (err) {
        failures.push(err)
      }
    }
    if (failures.length > 0) throw failures[0]
  }
}
