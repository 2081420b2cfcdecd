import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { open, type RootDatabase } from 'lmdb'
import type { Topic } from '../../contracts/index.ts'
import { DependencyError, messageOf } from '../../errors/index.ts'
import { causeOfCommitError, checkRoom, writeError } from '../../lmdb/index.ts'
import type { LogRecord } from '../log.ts'
import { decodeRecord, encodeKey, maxOffset, offsetOfKey, timestampOf } from './codec.ts'
import { checkLogFile } from './log-mismatch.ts'

export interface DayFileOptions {
  fsync: boolean
  readOnly: boolean
  /** Room to leave on the disk, bytes. */
  minFreeBytes: number
}

/** A record on its way in. */
export interface Entry {
  partition: number
  offset: number
  bytes: Buffer
}

/** What a batch still has room for. The first record of a batch fits, whatever its size. */
export interface Room {
  records: number
  bytes: number
  /** Nothing was taken yet. */
  untouched: boolean
}

/** A batch's room before its first record. */
export function roomFor(records: number, bytes: number): Room {
  return { records, bytes, untouched: true }
}

/** The records of one topic's day: one LMDB file, its keys ordered by partition and offset. */
export class DayFile {
  readonly #topic: Topic
  readonly #path: string
  readonly #db: RootDatabase<Buffer, Buffer>
  readonly #readOnly: boolean
  readonly #minFreeBytes: number

  constructor(topic: Topic, path: string, options: DayFileOptions) {
    this.#topic = topic
    this.#path = path
    this.#readOnly = options.readOnly
    this.#minFreeBytes = options.minFreeBytes
    if (existsSync(path)) checkLogFile(path)
    try {
      this.#db = open<Buffer, Buffer>({
        path,
        noSubdir: true,
        encoding: 'binary',
        keyEncoding: 'binary',
        // A commit is then on disk when its promise resolves; with overlapping syncs only `flushed` would say so.
        overlappingSync: false,
        // With it, lmdb keeps a promise to itself that nobody can catch when a commit fails.
        eventTurnBatching: false,
        noSync: !options.fsync,
        readOnly: options.readOnly,
      })
    } catch (err) {
      if (!options.readOnly) throw writeError('log', err, dirname(path))
      throw new DependencyError('log_unavailable', `${path} cannot be opened: ${messageOf(err)}`, {
        retryable: true,
        cause: err,
      })
    }
  }

  /** Resolves when the entries are flushed to disk. Rejects with DependencyError log_full or log_unavailable. */
  async write(entries: readonly Entry[]): Promise<void> {
    const bytes = entries.reduce((sum, entry) => sum + entry.bytes.byteLength, 0)
    this.#checkRoom(bytes)
    await this.#commit((ignored) => {
      for (const { partition, offset, bytes } of entries)
        ignored(this.#db.put(encodeKey(partition, offset), bytes))
    })
  }

  async remove(partition: number, offsets: readonly number[]): Promise<void> {
    this.#checkRoom(0)
    await this.#commit((ignored) => {
      for (const offset of offsets) ignored(this.#db.remove(encodeKey(partition, offset)))
    })
  }

  /** Records of [from, to) in order, as many as `room` allows. */
  read(partition: number, from: number, to: number, room: Room): LogRecord[] {
    const records: LogRecord[] = []
    const range = {
      start: encodeKey(partition, from),
      end: encodeKey(partition, Math.min(to, maxOffset)),
      limit: room.records,
    }
    this.#seeOthers()
    for (const { key, value } of this.#db.getRange(range)) {
      if (!take(room, value.byteLength)) break
      records.push(decodeRecord(this.#topic, partition, offsetOfKey(key), value))
    }
    return records
  }

  /** Timestamp of the record at an offset, ms; undefined when it is not here. */
  timestampAt(partition: number, offset: number): number | undefined {
    this.#seeOthers()
    const bytes = this.#db.get(encodeKey(partition, offset))
    return bytes && timestampOf(bytes)
  }

  /** Offset and timestamp of the last record of a partition. */
  last(partition: number): { offset: number; timestamp: number } | undefined {
    const range = {
      start: encodeKey(partition, maxOffset),
      end: encodeKey(partition, 0),
      reverse: true,
      limit: 1,
    }
    this.#seeOthers()
    // The end of a reverse range is left out, so offset 0 is looked up by itself.
    for (const { key, value } of this.#db.getRange(range)) {
      return { offset: offsetOfKey(key), timestamp: timestampOf(value) }
    }
    const timestamp = this.timestampAt(partition, 0)
    return timestamp === undefined ? undefined : { offset: 0, timestamp }
  }

  async close(): Promise<void> {
    await this.#db.close()
  }

  #checkRoom(bytes: number): void {
    checkRoom({ kind: 'log', folder: dirname(this.#path), bytes, minFreeBytes: this.#minFreeBytes })
  }

  /** Read-only, another process writes: what it wrote since the last snapshot must be seen. */
  #seeOthers(): void {
    if (this.#readOnly) this.#db.resetReadTxn()
  }

  /** Every put of a batch answers with a promise that fails with the batch, often the same; the batch's own is awaited. */
  async #commit(write: (ignored: (promise: Promise<boolean>) => void) => void): Promise<void> {
    let last: Promise<boolean> | undefined
    const ignored = (promise: Promise<boolean>) => {
      if (promise === last) return
      last = promise
      promise.catch(() => undefined)
    }
    try {
      await this.#db.batch(() => write(ignored))
    } catch (err) {
      throw writeError('log', await causeOfCommitError(err), dirname(this.#path))
    } finally {
      // lmdb keeps a snapshot for a turn of the event loop; the next read must see what was just written.
      this.#db.resetReadTxn()
    }
  }
}

/** Takes the room of one record; false when there is not enough, and then for good. */
function take(room: Room, bytes: number): boolean {
  if (room.records < 1 || (bytes > room.bytes && !room.untouched)) {
    room.records = 0
    return false
  }
  room.records--
  room.bytes -= bytes
  room.untouched = false
  return true
}
