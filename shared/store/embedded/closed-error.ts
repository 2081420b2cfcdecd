import { DependencyError } from '../../errors/index.ts'

/** What was asked of a store that is closed, or was closed meanwhile. */
export function closedError(folder: string): DependencyError {
  return new DependencyError('closed', `the store in ${folder} is closed`, { retryable: false })
}
