import { statfsSync } from 'node:fs'
import { DependencyError, messageOf } from '../../errors/index.ts'

/** ENOSPC, EFBIG, EDQUOT (errno(3), Linux), EDQUOT of macOS, MDB_MAP_FULL. */
const fullCodes = new Set([28, 27, 122, 69, -30792])
const inputOutput = 5
/** LMDB calls a write cut short "input/output error"; with less room than this it was the disk's end. */
const littleRoomBytes = 64 * 2 ** 20

/** What a failed write means: no room, or trouble with the disk. Either way nothing of it was kept. */
export function writeError(folder: string, err: unknown): DependencyError {
  if (err instanceof DependencyError) return err
  const code = err instanceof Error && 'code' in err ? Number(err.code) : Number.NaN
  const free = freeBytes(folder)
  if (fullCodes.has(code) || (code === inputOutput && free < littleRoomBytes))
    return new DependencyError(
      'store_full',
      `the store in ${folder} has no room left (${free} bytes free): make room on that disk; nothing was written`,
      { retryable: true, cause: err },
    )
  return new DependencyError('store_unavailable', `the store in ${folder} cannot write: ${messageOf(err)}`, {
    retryable: true,
    cause: err,
  })
}

/** What was asked of a store that is closed, or was closed meanwhile. */
export function closedError(folder: string): DependencyError {
  return new DependencyError('closed', `the store in ${folder} is closed`, { retryable: false })
}

function freeBytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return 0
  }
}
