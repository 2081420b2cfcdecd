import { DependencyError } from '../../errors/index.ts'
import { isLmdbFile } from '../../lmdb/index.ts'

/** What is in a folder is no log, or none this build can work with. */
export function mismatch(message: string, cause?: unknown): DependencyError {
  return new DependencyError('log_mismatch', message, { retryable: false, cause })
}

/** Throws `log_mismatch` for a file that LMDB did not write; needed before it is opened. */
export function checkLogFile(path: string): void {
  if (isLmdbFile(path)) return
  throw mismatch(
    `${path} is not a file of this log: damaged, or from another program. Restore it or use another folder`,
  )
}
