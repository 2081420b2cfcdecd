export * from './lifecycle.ts'
export * from './outcome.ts'
