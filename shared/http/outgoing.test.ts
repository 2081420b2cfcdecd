import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createOutgoing, isPublic } from './outgoing.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

describe('outgoing', () => {
  it('gives any status as a value', async () => {
    const { port } = await setup((_request, response) =>
      response.writeHead(503, { 'retry-after': '7' }).end('busy'),
    )
    const outgoing = createOutgoing({ allowHosts: ['127.0.0.1'] })
    const answer = await outgoing.request({
      method: 'POST',
      url: `http://127.0.0.1:${port}/x`,
      body: 'hello',
    })
    expect(answer).toMatchObject({ status: 503, body: 'busy', headers: { 'retry-after': '7' } })
  })

  it.each([
    'http://127.0.0.1:9/',
    'http://[::1]:9/',
    'http://169.254.169.254/latest',
    'http://[::ffff:10.0.0.1]/',
  ])('refuses the private address %s', async (url) => {
    await expect(createOutgoing().request({ method: 'GET', url })).rejects.toMatchObject({
      code: 'http_address_refused',
      retryable: false,
    })
  })

  it('refuses a name that resolves to a private address', async () => {
    await expect(
      createOutgoing().request({ method: 'GET', url: 'http://localhost:9/' }),
    ).rejects.toMatchObject({
      code: 'http_address_refused',
    })
  })

  it('follows no redirect', async () => {
    const { port } = await setup((_request, response) =>
      response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
    )
    const outgoing = createOutgoing({ allowHosts: [`127.0.0.1:${port}`] })
    expect((await outgoing.request({ method: 'GET', url: `http://127.0.0.1:${port}/` })).status).toBe(302)
  })

  it('tells a time-out from a broken connection, and names the host alone', async () => {
    const hanging = await setup(() => undefined)
    const cutting = await setup((request) => request.socket.destroy())
    const outgoing = createOutgoing({ allowHosts: ['127.0.0.1'] })
    const late = outgoing.request({
      method: 'GET',
      url: `http://127.0.0.1:${hanging.port}/secret-path`,
      timeoutMs: 50,
    })
    await expect(late).rejects.toMatchObject({ code: 'http_timeout', retryable: true })
    await expect(late).rejects.not.toThrow(/secret-path/)
    const cut = outgoing.request({ method: 'GET', url: `http://127.0.0.1:${cutting.port}/` })
    await expect(cut).rejects.toMatchObject({ code: 'http_network', retryable: true })
  })

  it('says when nothing can have been sent', async () => {
    const { port } = await setup(() => undefined)
    const closed = servers.pop()
    await new Promise((resolve) => closed?.close(resolve))
    const outgoing = createOutgoing({ allowHosts: ['127.0.0.1'] })
    await expect(outgoing.request({ method: 'GET', url: `http://127.0.0.1:${port}/` })).rejects.toMatchObject(
      { code: 'http_unreachable', retryable: true },
    )
  })

  it('stops reading an answer that is too large', async () => {
    const { port } = await setup((_request, response) => response.end('x'.repeat(10_000)))
    const outgoing = createOutgoing({ allowHosts: ['127.0.0.1'], maxBodyBytes: 100 })
    await expect(outgoing.request({ method: 'GET', url: `http://127.0.0.1:${port}/` })).rejects.toThrow(
      /larger than 100/,
    )
  })
})

describe('isPublic', () => {
  it.each([
    ['8.8.8.8', true],
    ['10.1.2.3', false],
    ['100.64.0.1', false],
    ['2606:4700::1111', true],
    ['fd00::1', false],
    ['::ffff:192.168.1.1', false],
  ])('%s: %s', (address, expected) => expect(isPublic(address)).toBe(expected))
})

async function setup(handler: Parameters<typeof createServer>[1]): Promise<{ port: number }> {
  const server = createServer(handler)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as AddressInfo).port }
}
