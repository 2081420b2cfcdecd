import type { MetaFile } from './meta-file.ts'

/** How long commits gather before they are written, ms; they serve lag monitors alone. */
const gatherMs = 200

/** Committed offsets of all groups: known at once, durable soon after. */
export class Commits {
  readonly #meta: MetaFile
  readonly #onError: (err: unknown) => void
  readonly #known = new Map<string, number>()
  readonly #dirty = new Map<string, { key: ['committed', string, string, number]; value: number }>()
  #timer: NodeJS.Timeout | undefined

  constructor(meta: MetaFile, onError: (err: unknown) => void) {
    this.#meta = meta
    this.#onError = onError
  }

  get(group: string, topic: string, partition: number): number | undefined {
    const known = this.#known.get(JSON.stringify([group, topic, partition]))
    return known ?? (this.#meta.get(['committed', group, topic, partition]) as number | undefined)
  }

  set(group: string, topic: string, partition: number, offset: number): void {
    const name = JSON.stringify([group, topic, partition])
    this.#known.set(name, offset)
    this.#dirty.set(name, { key: ['committed', group, topic, partition], value: offset })
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.flush().catch(this.#onError)
    }, gatherMs).unref()
  }

  /** Resolves when all that was set is durable; after a failure it stays to be written. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const entries = [...this.#dirty]
    if (entries.length === 0) return
    await this.#meta.write(entries.map(([, entry]) => entry))
    for (const [name, entry] of entries) if (this.#dirty.get(name) === entry) this.#dirty.delete(name)
  }
}
