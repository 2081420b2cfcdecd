import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, open, type RootDatabase } from 'lmdb'
import { DependencyError, messageOf } from '../../errors/index.ts'
import { checkRoom, isLmdbFile } from '../../lmdb/index.ts'

/** A table of rows; keys are bytes, sorted as bytes. */
export type Table = Database<Uint8Array, Uint8Array>

/** The store's file and its tables. */
export interface Databases {
  root: RootDatabase
  /** Key: when it expires (8 bytes, 0 never), then the value. */
  values: Table
  /** Time, kind, key: when to look whether a row has expired. */
  expiries: Table
  leases: Table
  /** Queue, time, id. */
  timers: Table
  /** Queue, id: the time its timer stands under. */
  timerTimes: Table
  /** Stage, partition: manifests, names and pieces. */
  states: Table
  /** Format of the file; last lease token. */
  meta: Table
}

const format = '1'
const binary = { encoding: 'binary', keyEncoding: 'binary' } as const

export interface DatabaseOptions {
  fsync: boolean
  readOnly: boolean
  /** Room to leave on the disk, bytes. */
  minFreeBytes: number
}

/**
 * Opens `store.mdb` in a folder, making it unless `readOnly`; DependencyError `store_unavailable` when it cannot,
 * `store_full`.
 */
export function openDatabases(folder: string, options: DatabaseOptions): Databases {
  const path = join(folder, 'store.mdb')
  if (options.readOnly && !existsSync(path)) throw unavailable(`there is no store in ${folder}`)
  let databases: Databases
  try {
    if (!options.readOnly) mkdirSync(folder, { recursive: true })
    if (!isLmdbFile(path))
      throw new Error(`${path} is not an LMDB file: restore it from a copy, or move it away to begin anew`)
    if (!existsSync(path)) checkRoom({ kind: 'store', folder, bytes: 0, ...options })
    databases = openTables(path, options)
  } catch (err) {
    if (err instanceof DependencyError) throw err
    throw unavailable(`the store in ${folder} cannot be opened: ${messageOf(err)}`, err)
  }
  const found = databases.meta.getBinary(Buffer.from('format'))?.toString()
  if (found === undefined && !options.readOnly) {
    databases.root.transactionSync(() => databases.meta.putSync(Buffer.from('format'), Buffer.from(format)))
  } else if (found !== format) {
    void databases.root.close()
    throw unavailable(
      `the store in ${folder} has format ${found ?? 'none'}; expected ${format}: another version of the program made it`,
    )
  }
  return databases
}

function openTables(path: string, options: DatabaseOptions): Databases {
  const root = open({
    path,
    noSubdir: true,
    maxDbs: 16,
    readOnly: options.readOnly,
    // A commit resolves after its data, then its root, are flushed; with overlapping flushes a failed one goes unnoticed.
    overlappingSync: false,
    noSync: !options.fsync,
    // With batches by turn, a failed commit rejects a promise that nobody can catch (lmdb 3.5.6), ending the process.
    eventTurnBatching: false,
    ...binary,
  })
  const table = (name: string): Table => {
    const opened: Table | undefined = root.openDB<Uint8Array, Uint8Array>(name, { ...binary })
    if (opened === undefined) throw new Error(`table ${name} is missing`)
    return opened
  }
  return {
    root,
    values: table('values'),
    expiries: table('expiries'),
    leases: table('leases'),
    timers: table('timers'),
    timerTimes: table('timer-times'),
    states: table('states'),
    meta: table('meta'),
  }
}

function unavailable(message: string, cause?: unknown): DependencyError {
  return new DependencyError('store_unavailable', message, { retryable: false, cause })
}
