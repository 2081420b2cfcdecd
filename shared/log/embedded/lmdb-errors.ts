import { closeSync, openSync, readSync, statfsSync } from 'node:fs'
import { constants } from 'node:os'
import { DependencyError, messageOf } from '../../errors/index.ts'

/** LMDB's own code for a map that cannot grow any further. */
const mapFull = -30_792
const fullCodes = new Set<unknown>([
  mapFull,
  constants.errno.ENOSPC,
  constants.errno.EDQUOT,
  constants.errno.EFBIG,
])

/** Free space below which a failed write is put down to a full disk, bytes. */
const nearlyFullBytes = 16 * 2 ** 20

/**
 * What a failed write means. LMDB answers a write that was cut short with EIO, so a full disk is told from a broken
 * one by the space that is left.
 */
export function writeError(
  thrown: unknown,
  folder: string,
  freeBytes = freeBytesOf(folder),
): DependencyError {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  const full = fullCodes.has(code) || (code === constants.errno.EIO && freeBytes < nearlyFullBytes)
  const freeMb = Math.floor(freeBytes / 2 ** 20)
  return full
    ? new DependencyError(
        'log_full',
        `the log in ${folder} cannot grow (${freeMb} MB free); make room, or keep fewer days`,
        {
          retryable: true,
          cause: thrown,
        },
      )
    : new DependencyError(
        'log_unavailable',
        `writing to the log in ${folder} failed (${freeMb} MB free): ${messageOf(thrown)}`,
        {
          retryable: true,
          cause: thrown,
        },
      )
}

/**
 * Throws `log_full` unless a commit of so many bytes leaves `minFreeBytes` on the disk. lmdb 3.5 must not meet the end
 * of a disk: it writes the message of that error past the end of a buffer, and the process dies of it later.
 */
export function checkRoom(
  folder: string,
  commitBytes: number,
  minFreeBytes: number,
  freeBytes = freeBytesOf(folder),
): void {
  // Pages are written anew with every commit, and are half full at worst.
  if (freeBytes - 2 * commitBytes >= minFreeBytes) return
  throw new DependencyError(
    'log_full',
    `the log in ${folder} cannot grow: ${Math.floor(freeBytes / 2 ** 20)} MB free, and it leaves ${Math.ceil(minFreeBytes / 2 ** 20)} MB; make room, or keep fewer days`,
    { retryable: true },
  )
}

/** The cause of a failed lmdb batch: its error names the cause in a promise of its own. */
export async function causeOfCommitError(thrown: unknown): Promise<unknown> {
  if (!(thrown instanceof Error && 'commitError' in thrown)) return thrown
  try {
    await thrown.commitError
    return thrown
  } catch (cause) {
    return cause
  }
}

export function mismatch(message: string, cause?: unknown): DependencyError {
  return new DependencyError('log_mismatch', message, { retryable: false, cause })
}

/**
 * Throws `log_mismatch` unless a file begins as LMDB's do. Needed before opening one: LMDB maps a file it did not
 * write into memory and dies on it.
 */
export function checkFileHeader(path: string): void {
  const header = Buffer.alloc(28)
  const file = openSync(path, 'r')
  try {
    const length = readSync(file, header, 0, header.length, 0)
    // The magic number of a meta page, after its page header; in the machine's byte order, little on all we run on.
    if (length === 0 || (length === header.length && header.readUInt32LE(24) === 0xbeefc0de)) return
  } finally {
    closeSync(file)
  }
  throw mismatch(
    `${path} is not a file of this log: damaged, or from another program. Restore it or use another folder`,
  )
}

function freeBytesOf(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return Number.MAX_SAFE_INTEGER
  }
}
