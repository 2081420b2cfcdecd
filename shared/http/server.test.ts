import { afterEach, describe, expect, it } from 'vitest'
import { createSilentLogger } from '../logging/index.ts'
import { counter, createRegistry } from '../metrics/index.ts'
import { createHttpServer, type FastifyInstance } from './server.ts'

let app: FastifyInstance | undefined
afterEach(async () => {
  await app?.close()
})

describe('createHttpServer', () => {
  it('tells liveness, readiness with its reasons, and metrics', async () => {
    const reasons = ['the log cannot be reached']
    const server = setup({ notReady: () => reasons })
    expect((await server.inject('/livez')).statusCode).toBe(200)
    expect(await read(server, '/readyz')).toEqual([
      503,
      { ready: false, reasons: ['the log cannot be reached'] },
    ])
    reasons.pop()
    expect(await read(server, '/readyz')).toEqual([200, { ready: true, reasons: [] }])
    expect((await server.inject('/metrics')).body).toContain('nabiz_test_total 1')
  })

  it('hands bodies over as they came, whatever their content type', async () => {
    const server = setup()
    server.post('/echo', (request) => Buffer.isBuffer(request.body) && request.body.toString('latin1'))
    for (const type of ['application/json', 'text/plain', 'application/octet-stream']) {
      const payload = '{"a": "\\u0130" }'
      const answer = await server.inject({
        method: 'POST',
        url: '/echo',
        payload,
        headers: { 'content-type': type },
      })
      expect(answer.body).toBe(payload)
    }
  })

  it('answers a body that is too large with 413 and a fault of our own without its message', async () => {
    const server = setup({ bodyLimitBytes: 1_024 })
    server.post('/boom', () => {
      throw new Error('secret detail')
    })
    const large = await server.inject({ method: 'POST', url: '/boom', payload: 'x'.repeat(2_000) })
    expect(large.statusCode).toBe(413)
    const boom = await server.inject({ method: 'POST', url: '/boom', payload: 'x' })
    expect([boom.statusCode, boom.json()]).toEqual([500, { error: 'internal error' }])
  })
})

function setup(overrides: { notReady?: () => string[]; bodyLimitBytes?: number } = {}): FastifyInstance {
  const registry = createRegistry()
  counter(registry, 'nabiz_test_total', 'x').inc()
  app = createHttpServer({ logger: createSilentLogger(), registry, notReady: () => [], ...overrides })
  return app
}

async function read(server: FastifyInstance, url: string): Promise<[number, unknown]> {
  const answer = await server.inject(url)
  return [answer.statusCode, answer.json()]
}
