export { deafness } from './baseline/deafness.ts'
export { createEngine } from './create-engine.ts'
export * from './engine.ts'
export { namesIn, type PartitionState } from './partition-state.ts'
