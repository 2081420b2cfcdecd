export type * from './log.ts'
export { partitionOf } from './partition-of.ts'
