import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { type ServerOptions, type WebSocket, WebSocketServer } from 'ws'
import { createOutgoing } from './outgoing.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

describe('a stream', () => {
  it('gives the bytes as they come, a letter cut in two included', async () => {
    const [first, second] = [Buffer.from('ğ😡').subarray(0, 3), Buffer.from('ğ😡').subarray(3)]
    const url = await serve((_request, response) => {
      response.write(first)
      setTimeout(() => response.end(second), 20)
    })
    const { status, body } = await createOutgoing({ allowHosts: ['127.0.0.1'] }).stream({
      method: 'GET',
      url,
      silenceMs: 5_000,
    })
    const parts: Uint8Array[] = []
    for await (const part of body) parts.push(part)
    expect([status, Buffer.concat(parts).toString()]).toEqual([200, 'ğ😡'])
  })

  it('is given up when it breaks, and when it falls silent', async () => {
    const outgoing = createOutgoing({ allowHosts: ['127.0.0.1'] })
    const broken = await outgoing.stream({
      method: 'GET',
      url: await serve((_request, response) => {
        response.write('x')
        setTimeout(() => response.destroy(), 20)
      }),
      silenceMs: 5_000,
    })
    await expect(readAll(broken.body)).rejects.toMatchObject({ code: 'http_network' })
    const silent = await outgoing.stream({
      method: 'GET',
      url: await serve((_request, response) => response.write('x')),
      silenceMs: 100,
    })
    await expect(readAll(silent.body)).rejects.toMatchObject({ code: 'http_timeout' })
  })

  it('refuses a private address', async () => {
    const call = { method: 'GET' as const, url: 'http://127.0.0.1:9/', silenceMs: 1_000 }
    await expect(createOutgoing().stream(call)).rejects.toMatchObject({ code: 'http_address_refused' })
  })
})

describe('a socket', () => {
  it('gives texts in order, and sends', async () => {
    const url = await listen((socket) => {
      socket.on('message', (data) => {
        for (const text of ['a', 'ş', String(data)]) socket.send(text)
      })
    })
    const socket = await open(url)
    socket.send('hello')
    const got: string[] = []
    for await (const text of socket.messages) {
      got.push(text)
      if (got.length === 3) socket.close()
    }
    expect(got).toEqual(['a', 'ş', 'hello'])
  })

  it('ends with an error when the other side ends it, after what came before', async () => {
    const url = await listen((socket) => {
      socket.send('last')
      setTimeout(() => socket.close(1001), 20)
    })
    const got: string[] = []
    const reading = (async () => {
      for await (const text of (await open(url)).messages) got.push(text)
    })()
    await expect(reading).rejects.toMatchObject({
      code: 'http_network',
      message: expect.stringContaining('1001'),
    })
    expect(got).toEqual(['last'])
  })

  it('is given up when the other side is dead, and kept while it answers pings', async () => {
    const deaf = await listen(
      (socket) => {
        socket.on('ping', () => undefined)
      },
      { autoPong: false },
    )
    await expect(readAll((await open(deaf, 100)).messages)).rejects.toMatchObject({ code: 'http_timeout' })
    const quiet = await listen((socket) => void setTimeout(() => socket.send('after a while'), 500))
    const socket = await open(quiet, 100)
    for await (const text of socket.messages) {
      expect(text).toBe('after a while')
      socket.close()
    }
  })

  it('is not taken for dead while nobody takes what comes', async () => {
    const url = await listen((socket) => {
      for (let count = 0; count < 3_000; count += 1) socket.send('x'.repeat(4_000))
    })
    const socket = await open(url, 2_000)
    await new Promise((resolve) => setTimeout(resolve, 3_000))
    let count = 0
    for await (const _ of socket.messages) {
      count += 1
      if (count === 3_000) socket.close()
    }
    expect(count).toBe(3_000)
  })

  it('has its whole time to be silent once it is open, however long that took', async () => {
    const url = await listen((socket) => void setTimeout(() => socket.send('late'), 300), {
      verifyClient: (_info, answer) => void setTimeout(answer, 450, true),
    })
    const socket = await open(url, 600)
    for await (const text of socket.messages) {
      expect(text).toBe('late')
      socket.close()
    }
  })

  it('ends quietly when the signal aborts', async () => {
    const stopping = new AbortController()
    const url = await listen(() => undefined)
    const outgoing = createOutgoing({ allowHosts: ['127.0.0.1'] })
    const socket = await outgoing.socket({ url, silenceMs: 5_000, signal: stopping.signal })
    setTimeout(() => stopping.abort(), 20)
    expect(await readAll(socket.messages)).toBe(0)
  })

  it('refuses private addresses, names that lead there, and tells what else went wrong', async () => {
    const refused = { code: 'http_address_refused' }
    await expect(createOutgoing().socket({ url: 'ws://127.0.0.1:9/', silenceMs: 500 })).rejects.toMatchObject(
      refused,
    )
    await expect(createOutgoing().socket({ url: 'ws://localhost:9/', silenceMs: 500 })).rejects.toMatchObject(
      refused,
    )
    await expect(open('ws://127.0.0.1:9/')).rejects.toMatchObject({ code: 'http_unreachable' })
    const url = await serve((_request, response) => response.writeHead(403).end())
    await expect(open(url.replace('http', 'ws'))).rejects.toMatchObject({ code: 'http_status' })
  })
})

async function readAll(parts: AsyncIterable<unknown>): Promise<number> {
  let count = 0
  for await (const _ of parts) count += 1
  return count
}

function open(url: string, silenceMs = 5_000) {
  return createOutgoing({ allowHosts: ['127.0.0.1'] }).socket({ url, silenceMs })
}

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer)
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

async function listen(
  onSocket: (socket: WebSocket) => void,
  options: Pick<ServerOptions, 'autoPong' | 'verifyClient'> = {},
): Promise<string> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, ...options })
  closing.push(() => {
    for (const client of server.clients) client.terminate()
    server.close()
  })
  server.on('connection', onSocket)
  await new Promise((resolve) => server.once('listening', resolve))
  return `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`
}
