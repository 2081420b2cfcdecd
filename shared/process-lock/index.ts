export type { Holder } from './holder.ts'
export { livingHolder } from './living-holder.ts'
export { acquireProcessLock, type ProcessLock } from './process-lock.ts'
