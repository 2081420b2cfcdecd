import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createTcpProxy, type TcpProxy, type TcpProxyOptions } from './tcp-proxy.ts'

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

describe('createTcpProxy', () => {
  it('passes bytes on both ways', async () => {
    const { proxy } = await setup({})
    const client = await aClient(proxy)
    client.socket.write('merhaba')
    await client.until('merhaba')
    expect(proxy.open).toBe(1)
  })

  it('cuts every connection and takes new ones', async () => {
    const { proxy } = await setup({})
    const clients = [await aClient(proxy), await aClient(proxy)]
    for (const client of clients) {
      client.socket.write('a')
      await client.until('a')
    }
    expect(proxy.cut()).toBe(2)
    await Promise.all(clients.map((client) => client.closed))
    const next = await aClient(proxy)
    next.socket.write('b')
    await next.until('b')
  })

  it('refuses connections for a while', async () => {
    const { proxy } = await setup({})
    proxy.refuse(150)
    await (await aClient(proxy)).closed
    await expect
      .poll(async () => {
        const client = await aClient(proxy)
        client.socket.write('c')
        return Promise.race([client.until('c').then(() => 'answered'), client.closed.then(() => 'closed')])
      })
      .toBe('answered')
  })

  it('holds each piece back for the time it is told', async () => {
    const { proxy } = await setup({})
    const client = await aClient(proxy)
    proxy.delay(60)
    const at = performance.now()
    client.socket.write('d')
    await client.until('d')
    expect(performance.now() - at).toBeGreaterThanOrEqual(115)
  })

  it('cuts when a produce request was answered, and passes no byte of that answer', async () => {
    const { proxy, received } = await setup({ protocol: 'kafka' }, answerFrames)
    const client = await aClient(proxy)
    const cut = proxy.cutAfterProduce()
    // In pieces that end in the middle of a header and of a body.
    const frames = Buffer.concat([frame(3, 1), frame(0, 2), frame(3, 3)])
    for (let at = 0; at < frames.length; at += 7) {
      client.socket.write(frames.subarray(at, at + 7))
      await new Promise((resolve) => setImmediate(resolve))
    }
    await cut
    await client.closed
    expect(Buffer.concat(received).length).toBeGreaterThanOrEqual(2 * frame(0, 2).length)
    const passed = client.bytes()
    if (passed.length > 4) expect(passed.readInt32BE(4)).toBe(1)
    expect(passed.includes(answerOf(2).subarray(4))).toBe(false)
    const other = await aClient(proxy)
    other.socket.write(frame(0, 9))
    await other.until(answerOf(9))
  })
})

async function setup(
  options: Pick<TcpProxyOptions, 'protocol'>,
  answer: (socket: Socket, chunk: Buffer) => void = (socket, chunk) => void socket.write(chunk),
) {
  const received: Buffer[] = []
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => {
      received.push(chunk)
      answer(socket, chunk)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const proxy = await createTcpProxy({ ...options, targetPort: () => port })
  ends.push(
    async () => once(server.close(), 'close'),
    () => proxy.close(),
  )
  return { proxy, received }
}

const buffers = new WeakMap<Socket, Buffer>()

/** A broker that answers each whole frame with its correlation id. */
function answerFrames(socket: Socket, chunk: Buffer): void {
  let open = Buffer.concat([buffers.get(socket) ?? Buffer.alloc(0), chunk])
  while (open.length >= 4 && open.length >= 4 + open.readInt32BE(0)) {
    socket.write(answerOf(open.readInt32BE(8)))
    open = open.subarray(4 + open.readInt32BE(0))
  }
  buffers.set(socket, open)
}

function frame(key: number, correlation: number): Buffer {
  const body = Buffer.alloc(4 + 8 + 30)
  body.writeInt32BE(body.length - 4, 0)
  body.writeInt16BE(key, 4)
  body.writeInt32BE(correlation, 8)
  return body
}

function answerOf(correlation: number): Buffer {
  const body = Buffer.alloc(4 + 4 + 5)
  body.writeInt32BE(body.length - 4, 0)
  body.writeInt32BE(correlation, 4)
  return body
}

async function aClient(proxy: TcpProxy) {
  const socket = connect(proxy.port, '127.0.0.1')
  ends.push(async () => socket.destroy())
  const chunks: Buffer[] = []
  socket.on('error', () => undefined)
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  await Promise.race([new Promise<void>((resolve) => socket.once('connect', () => resolve())), closed])
  return {
    socket,
    closed,
    bytes: () => Buffer.concat(chunks),
    async until(expected: string | Buffer) {
      while (!Buffer.concat(chunks).includes(expected)) await once(socket, 'data')
    },
  }
}
