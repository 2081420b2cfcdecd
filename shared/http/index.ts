export * from './listening.ts'
export * from './outgoing.ts'
export { type OutgoingSocket, SocketRefused, type SocketRequest } from './outgoing-socket.ts'
export * from './server.ts'
