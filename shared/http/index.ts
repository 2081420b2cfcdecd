export * from './listening.ts'
export * from './outgoing.ts'
export * from './server.ts'
