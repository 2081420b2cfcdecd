import type { Topic } from '../../contracts/index.ts'
import { defaultMinFreeBytes, writeError } from '../../lmdb/index.ts'
import { acquireProcessLock, type ProcessLock } from '../../process-lock/index.ts'
import { type Clock, systemClock } from '../../time/index.ts'
import { EmbeddedLog } from './embedded-log.ts'
import { FileCache } from './file-cache.ts'
import type { EmbeddedLogLogger } from './groups.ts'
import { MetaFile } from './meta-file.ts'

export interface OpenEmbeddedLogOptions {
  /** Holds the log and nothing else; made when it is missing. */
  folder: string
  /** Gives the records' timestamps and decides on retention. */
  clock?: Clock
  /** False leaves flushing to the operating system: safe against `kill -9`, not against a power cut. Default true. */
  fsync?: boolean
  /** Reads beside the process that holds the log; append, subscribe and retention are refused. Default false. */
  readOnly?: boolean
  /** Room the log leaves on its disk, bytes; an append that would take of it gets `log_full`. Default 32 MiB. */
  minFreeBytes?: number
  logger?: EmbeddedLogLogger
  /** Days kept of a topic, in place of the topic's own. */
  retentionDays?: Partial<Record<Topic, number>>
}

/**
 * Opens or makes the log in a folder. Rejects with DependencyError `log_locked` when another process holds it,
 * `log_mismatch` when the folder holds something else or a log this build cannot read, `log_full`, `log_unavailable`.
 */
export async function openEmbeddedLog(options: OpenEmbeddedLogOptions): Promise<EmbeddedLog> {
  const readOnly = options.readOnly ?? false
  const fileOptions = {
    fsync: options.fsync ?? true,
    readOnly,
    minFreeBytes: options.minFreeBytes ?? defaultMinFreeBytes,
  }
  const meta = MetaFile.open(options.folder, fileOptions)
  const files = new FileCache(options.folder, fileOptions)
  let lock: ProcessLock | undefined
  try {
    const id = meta.identity(readOnly)
    if (!readOnly) lock = await hold(options.folder)
    const log = new EmbeddedLog({
      id,
      meta,
      files,
      lock,
      clock: options.clock ?? systemClock,
      retentionDays: options.retentionDays ?? {},
      logger: options.logger,
    })
    if (!readOnly) await log.start()
    return log
  } catch (err) {
    await files.close()
    await meta.close()
    await lock?.release()
    throw err
  }
}

async function hold(folder: string): Promise<ProcessLock> {
  try {
    return await acquireProcessLock(folder, 'embedded log')
  } catch (err) {
    throw writeError('log', err, folder)
  }
}
