export * from './engine.ts'
export type { PartitionState } from './partition-state.ts'
