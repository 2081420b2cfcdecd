import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { open, type RootDatabase } from 'lmdb'
import { partitionCount, type Topic, topicNames } from '../../contracts/index.ts'
import { causeOfCommitError, checkRoom, writeError } from '../../lmdb/index.ts'
import type { DayFileOptions } from './day-file.ts'
import { checkLogFile, mismatch } from './log-mismatch.ts'
import { syncFolder } from './sync-folder.ts'

/** Raised when the layout of the folder changes. */
const formatVersion = 1

/** Identity of a log, written when it is made. */
export interface LogRecordOfIdentity {
  id: string
  partitionCount: number
  formatVersion: number
}

/** What is kept of a topic apart from its records. */
export interface TopicMeta {
  /** Id of the incarnation. */
  id: string
  /** Ends at the time the newest day was dropped; the true ends are these or greater. */
  ends: number[]
  /** Greatest timestamp given so far, as known at that time, ms. */
  lastTimestamp: number
}

/** Where a day begins: for each partition the offset of its first record, had or to come. */
export interface DayMeta {
  /** `YYYY-MM-DD`, UTC. */
  day: string
  base: number[]
  /** Greatest timestamp of the topic before this day, ms. */
  lastTimestamp: number
}

type MetaKey = ['log'] | [kind: 'topic' | 'day' | 'committed' | 'owners', ...rest: (string | number)[]]

/** The small file beside the records: identity, days, what groups committed and who owns them. */
export class MetaFile {
  readonly folder: string
  readonly #db: RootDatabase<unknown, MetaKey>
  readonly #minFreeBytes: number

  private constructor(folder: string, db: RootDatabase<unknown, MetaKey>, minFreeBytes: number) {
    this.folder = folder
    this.#minFreeBytes = minFreeBytes
    this.#db = db
  }

  /** Opens or makes it. Throws DependencyError `log_mismatch` for a folder that is not a log's. */
  static open(folder: string, options: DayFileOptions): MetaFile {
    const path = join(folder, 'meta.mdb')
    const isNew = !existsSync(path)
    if (!isNew) {
      checkLogFile(path)
    } else if (options.readOnly) {
      throw mismatch(`${folder} holds no log; start Nabız once to make one, or name the right folder`)
    } else if (existsSync(folder) && readdirSync(folder).length > 0) {
      throw mismatch(`${folder} holds other files and no log; name an empty or a new folder`)
    }
    try {
      mkdirSync(folder, { recursive: true })
      const db = open<unknown, MetaKey>({
        path,
        noSubdir: true,
        encoding: 'json',
        overlappingSync: false,
        eventTurnBatching: false,
        noSync: !options.fsync,
        readOnly: options.readOnly,
      })
      if (isNew && options.fsync) for (const parent of [folder, dirname(resolve(folder))]) syncFolder(parent)
      return new MetaFile(folder, db, options.minFreeBytes)
    } catch (err) {
      throw writeError('log', err, folder)
    }
  }

  /** The log's id; checks that this build can work with it, or, for a new log, writes it. Throws `log_mismatch`. */
  identity(readOnly: boolean): string {
    const found = this.#db.get(['log']) as LogRecordOfIdentity | undefined
    if (!found) {
      if (readOnly)
        throw mismatch(`${this.folder} holds a log that was never finished; start Nabız once to make it`)
      return this.#create()
    }
    if (found.partitionCount !== partitionCount) {
      throw mismatch(
        `the log ${found.id} in ${this.folder} has ${found.partitionCount} partitions; this build works with ${partitionCount}. Use the build that made it, or a new folder`,
      )
    }
    if (found.formatVersion !== formatVersion) {
      throw mismatch(
        `the log ${found.id} in ${this.folder} has format ${found.formatVersion}; this build reads ${formatVersion}. Use the build that made it, or a new folder`,
      )
    }
    if (!readOnly) this.#addTopics()
    return found.id
  }

  topic(topic: Topic): TopicMeta {
    // Read before a build that knows the topic has written: it has no record yet.
    return (this.#db.get(['topic', topic]) as TopicMeta | undefined) ?? newTopicMeta()
  }

  /** Days of a topic, oldest first. */
  days(topic: Topic): DayMeta[] {
    const range = this.#db.getRange({ start: ['day', topic, ''], end: ['day', topic, '~'] })
    return [...range.map(({ value }) => value as DayMeta)]
  }

  get(key: MetaKey): unknown {
    return this.#db.get(key)
  }

  /** Resolves when all are durable together; an undefined value deletes. */
  async write(entries: readonly { key: MetaKey; value: unknown }[]): Promise<void> {
    this.#checkRoom()
    try {
      await this.#db.batch(() => {
        for (const { key, value } of entries) {
          const promise = value === undefined ? this.#db.remove(key) : this.#db.put(key, value)
          promise.catch(() => undefined)
        }
      })
    } catch (err) {
      throw writeError('log', await causeOfCommitError(err), this.folder)
    } finally {
      this.seeOthers()
    }
  }

  /** Lets the next read see everything committed until now, here or in another process; lmdb keeps a snapshot for a while. */
  seeOthers(): void {
    this.#db.resetReadTxn()
  }

  async close(): Promise<void> {
    await this.#db.close()
  }

  /** Like a write that puts no values: dropping days begins with one here, and makes room. */
  #checkRoom(): void {
    checkRoom({ kind: 'log', folder: this.folder, bytes: 0, minFreeBytes: this.#minFreeBytes })
  }

  /** Topics that came after the log was made. */
  #addTopics(): void {
    const missing = topicNames.filter((topic) => this.#db.get(['topic', topic]) === undefined)
    if (missing.length === 0) return
    this.#checkRoom()
    try {
      this.#db.transactionSync(() => {
        for (const topic of missing) this.#db.putSync(['topic', topic], newTopicMeta())
      })
    } catch (err) {
      throw writeError('log', err, this.folder)
    }
  }

  #create(): string {
    this.#checkRoom()
    try {
      return this.#db.transactionSync(() => {
        // Another opener may have made it since.
        const found = this.#db.get(['log']) as LogRecordOfIdentity | undefined
        if (found) return found.id
        const made: LogRecordOfIdentity = { id: randomUUID(), partitionCount, formatVersion }
        this.#db.putSync(['log'], made)
        for (const topic of topicNames) this.#db.putSync(['topic', topic], newTopicMeta())
        return made.id
      })
    } catch (err) {
      throw writeError('log', err, this.folder)
    }
  }
}

/** A topic that never held a record. */
export function newTopicMeta(): TopicMeta {
  return { id: randomUUID(), ends: new Array<number>(partitionCount).fill(0), lastTimestamp: 0 }
}
