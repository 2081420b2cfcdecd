export * from './outgoing.ts'
export * from './server.ts'
