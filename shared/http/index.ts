export * from './listening.ts'
export * from './outgoing.ts'
export type { OutgoingSocket, SocketRequest } from './outgoing-socket.ts'
export * from './server.ts'
