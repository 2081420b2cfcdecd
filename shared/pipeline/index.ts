export * from './lifecycle.ts'
export * from './outcome.ts'
export * from './progress.ts'
export * from './until-reachable.ts'
