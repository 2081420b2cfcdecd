export { checkRoom, defaultMinFreeBytes } from './check-room.ts'
export { isLmdbFile } from './is-lmdb-file.ts'
export { causeOfCommitError, writeError } from './write-error.ts'
