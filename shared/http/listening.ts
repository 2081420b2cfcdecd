import type { Part } from '../pipeline/index.ts'
import type { FastifyInstance } from './server.ts'

/** The part of a service that takes requests: listens while it runs, and stops when the answers under way are given. */
export function listening(app: FastifyInstance, address: { host: string; port: number }): Part {
  return {
    name: 'http',
    start: async () => void (await app.listen({ host: address.host, port: address.port })),
    stop: async () => void (await app.close()),
  }
}

/** The port a server listens on; 0 while it does not, or where there is no server. */
export function portOf(app: FastifyInstance | undefined): number {
  const address = app?.server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
