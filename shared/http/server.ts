import Fastify, { type FastifyInstance } from 'fastify'
import type { Logger } from '../logging/index.ts'
import type { Registry } from '../metrics/index.ts'

export type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

export interface HttpServerOptions {
  logger: Logger
  registry: Registry
  /** False: the process is beyond help and should be restarted. */
  live?: () => boolean
  /** Why the service cannot do its work now; empty: it can. */
  notReady: () => readonly string[]
  /** Largest body taken, bytes; more is answered with 413. Default 1 MiB. */
  bodyLimitBytes?: number
}

/**
 * A fastify server with /livez, /readyz and /metrics. Every body arrives as raw bytes (`request.body` is a Buffer), so
 * that signatures are checked over what was sent; routes parse it themselves.
 */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const app = Fastify({
    bodyLimit: options.bodyLimitBytes ?? 1_048_576,
    requestTimeout: 30_000,
    // A stop waits for the answers under way, not for idle connections.
    forceCloseConnections: 'idle',
    trustProxy: false,
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.setErrorHandler((err: Error & { statusCode?: number; code?: string }, request, reply) => {
    const status = err.statusCode !== undefined && err.statusCode >= 400 ? err.statusCode : 500
    if (status >= 500) options.logger.error({ err, route: request.routeOptions.url }, 'request failed')
    return reply.code(status).send({ error: status >= 500 ? 'internal error' : err.message })
  })
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ error: 'no such route' }))

  app.get('/livez', (_request, reply) => {
    const alive = options.live?.() ?? true
    return reply.code(alive ? 200 : 503).send({ live: alive })
  })
  app.get('/readyz', (_request, reply) => {
    const reasons = options.notReady()
    return reply.code(reasons.length === 0 ? 200 : 503).send({ ready: reasons.length === 0, reasons })
  })
  app.get('/metrics', async (_request, reply) => {
    return reply.type(options.registry.contentType).send(await options.registry.metrics())
  })
  return app
}
