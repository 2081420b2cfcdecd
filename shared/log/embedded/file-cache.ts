import { rmSync, statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Topic } from '../../contracts/index.ts'
import { DayFile, type DayFileOptions } from './day-file.ts'
import { syncFolder } from './sync-folder.ts'

/** Files kept open at once; one costs about 1 ms to open and some 0.5 MB of memory. */
const maxOpenFiles = 48

/** Opens the files of the days on demand and closes those not used for longest. */
export class FileCache {
  readonly #folder: string
  readonly #options: DayFileOptions
  /** By path, least recently used first. */
  readonly #open = new Map<string, DayFile>()
  readonly #writing = new Map<string, number>()

  constructor(folder: string, options: DayFileOptions) {
    this.#folder = folder
    this.#options = options
  }

  /** The day's file; use it before the next await, as it may be closed after. */
  file(topic: Topic, day: string): DayFile {
    const path = this.#path(topic, day)
    const found = this.#open.get(path)
    if (found) {
      this.#open.delete(path)
      this.#open.set(path, found)
      return found
    }
    const file = new DayFile(topic, path, this.#options)
    this.#open.set(path, file)
    this.#closeUnused()
    return file
  }

  /** The day's file; undefined to a reader that comes between the day being noted and its file being made. */
  existing(topic: Topic, day: string): DayFile | undefined {
    const isMissing =
      this.#options.readOnly && !statSync(this.#path(topic, day), { throwIfNoEntry: false })?.size
    return isMissing ? undefined : this.file(topic, day)
  }

  /** Makes the day's file, its name as durable as its content will be. */
  create(topic: Topic, day: string): void {
    this.file(topic, day)
    if (!this.#options.fsync) return
    syncFolder(join(this.#folder, topic))
    syncFolder(this.#folder)
  }

  /** Keeps the day's file open while `write` runs. */
  async writing<T>(topic: Topic, day: string, write: (file: DayFile) => Promise<T>): Promise<T> {
    const path = this.#path(topic, day)
    this.#writing.set(path, (this.#writing.get(path) ?? 0) + 1)
    try {
      return await write(this.file(topic, day))
    } finally {
      const writers = (this.#writing.get(path) ?? 1) - 1
      if (writers === 0) this.#writing.delete(path)
      else this.#writing.set(path, writers)
    }
  }

  /** Deletes a day's file with everything in it; the caller makes sure nobody writes to it. */
  async drop(topic: Topic, day: string): Promise<void> {
    const path = this.#path(topic, day)
    const file = this.#open.get(path)
    this.#open.delete(path)
    await file?.close()
    rmSync(path, { force: true })
    rmSync(`${path}-lock`, { force: true })
  }

  /** Days that have a file. */
  async daysOnDisk(topic: Topic): Promise<string[]> {
    const names = await readdir(join(this.#folder, topic)).catch(() => [])
    return names.filter((name) => name.endsWith('.mdb')).map((name) => name.slice(0, -'.mdb'.length))
  }

  async close(): Promise<void> {
    const files = [...this.#open.values()]
    this.#open.clear()
    for (const file of files) await file.close()
  }

  #path(topic: Topic, day: string): string {
    return join(this.#folder, topic, `${day}.mdb`)
  }

  #closeUnused(): void {
    for (const [path, file] of this.#open) {
      if (this.#open.size <= maxOpenFiles) return
      if (this.#writing.has(path)) continue
      this.#open.delete(path)
      // Nothing is being written to it, so nothing can be lost by a failing close.
      file.close().catch(() => undefined)
    }
  }
}
