export { deafness } from './baseline/deafness.ts'
export { createEngine } from './create-engine.ts'
export * from './engine.ts'
export type { PartitionState } from './partition-state.ts'
