import { once } from 'node:events'
import { createRequire } from 'node:module'
import { connect, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { loadConnection, mendConnections } from './mend-connections.ts'

const ends: (() => void)[] = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})
const require = createRequire(import.meta.url)

describe.each([
  ['mended', true],
  ['kafkajs alone', false],
])('connections, %s', (_, isMended) => {
  it(`are ${isMended ? 'one' : 'as many as ask'} for requests that come at once`, async () => {
    const broker = await aBroker()
    const connection = aConnection(isMended, broker.port)
    await Promise.all(Array.from({ length: 20 }, () => connection.connect()))
    await expect.poll(() => broker.sockets.length).toBe(isMended ? 1 : 20)
    await connection.disconnect()
    await expect
      .poll(() => broker.sockets.filter((socket) => !socket.readableEnded).length)
      .toBe(isMended ? 0 : 19)
  })

  it(`${isMended ? 'read' : 'misread'} answers that come after one that was cut off`, async () => {
    const broker = await aBroker()
    const connection = aConnection(isMended, broker.port)
    broker.answer = (socket, frame) => socket.end(frame.subarray(0, frame.length - 3))
    await connection.connect()
    await expect(connection.send(aRequest('first'))).rejects.toThrow('Closed connection')
    broker.answer = (socket, frame) => socket.write(frame)
    await connection.connect()
    const answer = connection.send(aRequest('second'))
    if (isMended) expect(await answer).toBe('second')
    else await expect(answer).rejects.toThrow()
  })

  it(`${isMended ? 'set no timer' : 'keep a timer going'} for a queue that is empty`, async () => {
    const broker = await aBroker()
    const connection = aConnection(isMended, broker.port)
    await connection.connect()
    expect(await connection.send(aRequest('one'))).toBe('one')
    expect(connection.requestQueue.throttleCheckTimeoutId === null).toBe(isMended)
    await connection.disconnect()
  })

  it(`${isMended ? 'leave nothing' : 'leave a listener each time'} when they are closed again`, async () => {
    const broker = await aBroker()
    const sockets: Socket[] = []
    const connection = aConnection(isMended, broker.port, (socket) => void sockets.push(socket))
    await connection.connect()
    await connection.disconnect()
    await expect.poll(() => sockets[0]?.destroyed).toBe(true)
    const listeners = () => sockets[0]?.listenerCount('connect') ?? 0
    const before = listeners()
    for (let time = 0; time < 3; time++) await connection.disconnect()
    expect(listeners() - before).toBe(isMended ? 0 : 3)
  })

  it('send a request that had to wait for its turn', async () => {
    const broker = await aBroker()
    const connection = aConnection(isMended, broker.port)
    await connection.connect()
    connection.requestQueue.throttledUntil = Date.now() + 20
    expect(await connection.send(aRequest('late'))).toBe('late')
    await connection.disconnect()
  })
})

it('a handshake that the other side breaks off is given up', async () => {
  const broker = await aBroker()
  broker.onConnection = (socket) => socket.end()
  // Of a TLS handshake kafkajs hears nothing but the end.
  const connection = aConnection(true, broker.port, (socket) => socket.removeAllListeners('connect'))
  await expect(connection.connect()).rejects.toThrow('Connection timeout')
})

interface TestConnection {
  connect(): Promise<unknown>
  disconnect(): Promise<unknown>
  send(request: object): Promise<unknown>
  requestQueue: { throttledUntil: number; throttleCheckTimeoutId: unknown }
}
type ConnectionClass = new (options: object) => TestConnection

function aConnection(isMended: boolean, port: number, onSocket = (_: Socket) => {}): TestConnection {
  mendConnections()
  const mended = loadConnection() as unknown as ConnectionClass
  const paths = ['connection.js', 'requestQueue/index.js'].map((file) =>
    require.resolve(`kafkajs/src/network/${file}`),
  )
  const cached = paths.map((path) => require.cache[path])
  for (const path of paths) delete require.cache[path]
  const unmended = require(paths[0] ?? '') as ConnectionClass
  for (const [at, path] of paths.entries()) require.cache[path] = cached[at]
  const Connection = isMended ? mended : unmended
  const logger = { namespace: () => logger, debug() {}, info() {}, warn() {}, error() {} }
  const connection = new Connection({
    host: '127.0.0.1',
    port,
    logger,
    requestTimeout: 500,
    connectionTimeout: 300,
    socketFactory({ host, port, onConnect }: { host: string; port: number; onConnect(): void }) {
      const socket = connect(port, host, onConnect)
      onSocket(socket)
      ends.push(() => socket.destroy())
      return socket
    },
  })
  return connection
}

/** Its body comes back as the answer. */
function aRequest(text: string) {
  const buffer = Buffer.from(text)
  return {
    request: { apiKey: 3, apiVersion: 0, apiName: 'Echo', encode: async () => ({ buf: buffer, buffer }) },
    response: {
      decode: async (bytes: Buffer) => ({ text: bytes.toString(), clientSideThrottleTime: 0 }),
      parse: async ({ text }: { text: string }) => text,
    },
  }
}

/** Answers each request with its own body. */
async function aBroker() {
  const broker = {
    port: 0,
    sockets: [] as Socket[],
    answer: (socket: Socket, frame: Buffer): unknown => socket.write(frame),
    onConnection: (_: Socket): unknown => undefined,
  }
  const server = createServer((socket) => {
    broker.sockets.push(socket)
    broker.onConnection(socket)
    socket.on('error', () => undefined)
    socket.on('data', (request: Buffer) => {
      // Length, key, version, correlation id, client id, body.
      const clientIdBytes = request.readInt16BE(12)
      const body = request.subarray(14 + clientIdBytes)
      const frame = Buffer.alloc(8 + body.length)
      frame.writeInt32BE(4 + body.length, 0)
      frame.writeInt32BE(request.readInt32BE(8), 4)
      body.copy(frame, 8)
      broker.answer(socket, frame)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  ends.push(() => server.close())
  const address = server.address()
  broker.port = typeof address === 'object' && address !== null ? address.port : 0
  return broker
}
