export { acquireProcessLock, type ProcessLock } from './process-lock.ts'
