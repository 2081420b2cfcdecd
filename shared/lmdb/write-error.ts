import { constants } from 'node:os'
import { DependencyError, messageOf } from '../errors/index.ts'
import { freeBytesOf, inMegabytes } from './room.ts'

/** Whose file it is; its errors are called after it. */
export type Kind = 'log' | 'store'

/** What to do when there is no room. */
const remedies = { log: 'make room, or keep fewer days', store: 'make room' } satisfies Record<Kind, string>

/** LMDB's own code for a map that cannot grow any further. */
const mapFull = -30_792
const fullCodes = new Set<unknown>([
  mapFull,
  constants.errno.ENOSPC,
  constants.errno.EDQUOT,
  constants.errno.EFBIG,
])

/** Free space below which a failed write is put down to a full disk, bytes. */
const nearlyFullBytes = 64 * 2 ** 20

/**
 * What a failed write means: `log_full` or `store_full`, else `…_unavailable`; nothing of it was kept. LMDB answers a
 * write that was cut short with EIO, so a full disk is told from a broken one by the space that is left.
 */
export function writeError(
  kind: Kind,
  thrown: unknown,
  folder: string,
  freeBytes = freeBytesOf(folder),
): DependencyError {
  if (thrown instanceof DependencyError) return thrown
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined
  const full = fullCodes.has(code) || (code === constants.errno.EIO && freeBytes < nearlyFullBytes)
  const free = inMegabytes(freeBytes)
  return full
    ? fullError(kind, folder, `${free} free`, thrown)
    : new DependencyError(
        `${kind}_unavailable`,
        `writing to the ${kind} in ${folder} failed (${free} free): ${messageOf(thrown)}`,
        { retryable: true, cause: thrown },
      )
}

/** `log_full` or `store_full`, retryable: there may be room later. */
export function fullError(kind: Kind, folder: string, why: string, cause?: unknown): DependencyError {
  const message = `the ${kind} in ${folder} cannot grow (${why}); nothing was written: ${remedies[kind]}`
  return new DependencyError(`${kind}_full`, message, { retryable: true, cause })
}

/** The cause of a failed lmdb commit: its error names the cause in a promise, which unawaited would end the process. */
export async function causeOfCommitError(thrown: unknown): Promise<unknown> {
  if (!(thrown instanceof Error && 'commitError' in thrown)) return thrown
  try {
    await thrown.commitError
    return thrown
  } catch (cause) {
    return cause
  }
}
