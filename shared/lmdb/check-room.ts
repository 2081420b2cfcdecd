import { freeBytesOf, inMegabytes } from './room.ts'
import { fullError, type Kind } from './write-error.ts'

/** Room that a log or store leaves on its disk unless told otherwise, bytes. */
export const defaultMinFreeBytes = 32 * 2 ** 20

/** A write that is about to be made. */
export interface Commit {
  kind: Kind
  folder: string
  /** Roughly what it puts; 0 for one that puts no values, which may go on to a quarter of `minFreeBytes`. */
  bytes: number
  minFreeBytes: number
}

/**
 * Throws `log_full` or `store_full` unless a commit leaves `minFreeBytes` on the disk. lmdb 3.5 must not meet the end of
 * a disk: it writes the message of that error past the end of a buffer (mdb.c, `Attempting to write page`), and the
 * process dies of it later. What only removes may go on for longer, as it makes room.
 */
export function checkRoom({ kind, folder, bytes, minFreeBytes }: Commit): void {
  const left = bytes === 0 ? minFreeBytes / 4 : minFreeBytes
  const free = freeBytesOf(folder)
  // Pages are written anew with every commit, and are half full at worst.
  if (free - 2 * bytes >= left) return
  throw fullError(kind, folder, `${inMegabytes(free)} free, of which it leaves ${inMegabytes(left)}`)
}
