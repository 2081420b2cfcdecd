import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { Transform } from 'node:stream'
import { ProduceWatch } from './kafka-frames.ts'

export interface TcpProxyOptions {
  /** Port on loopback that connections are passed on to; asked at each, so it may be known later than the proxy's. */
  targetPort(): number
  /** `kafka`: follows the requests, so that `cutAfterProduce` works. */
  protocol?: 'kafka'
}

/** A way to a server that can be broken. */
export interface TcpProxy {
  readonly port: number
  /** Connections open now. */
  readonly open: number
  /** Resets every connection; returns how many there were. */
  cut(): number
  /** Resets every connection and each that is tried within `ms` from now; 0 lets them in again. */
  refuse(ms: number): void
  /** Each piece of a stream waits so long, both ways; 0 ends that. */
  delay(ms: number): void
  /**
   * Cuts the connection when the broker has answered a produce request, and keeps the answer: the records are stored and
   * their writer is not told. Resolves when that happened `count` times.
   */
  cutAfterProduce(count?: number): Promise<void>
  close(): Promise<void>
}

interface Way {
  client: Socket
  server: Socket
}

/** Listens on a free port of loopback and passes connections on. */
export async function createTcpProxy(options: TcpProxyOptions): Promise<TcpProxy> {
  const ways = new Set<Way>()
  const cuts: (() => void)[] = []
  let refusedUntil = 0
  let delayMs = 0

  function reset(way: Way): void {
    ways.delete(way)
    way.client.resetAndDestroy()
    way.server.resetAndDestroy()
  }

  function cut(): number {
    const open = ways.size
    for (const way of ways) reset(way)
    return open
  }

  function open(client: Socket): void {
    client.on('error', () => undefined)
    if (performance.now() < refusedUntil) {
      client.resetAndDestroy()
      return
    }
    const server = connect(options.targetPort(), '127.0.0.1')
    const way = { client, server }
    ways.add(way)
    const end = () => reset(way)
    for (const socket of [client, server]) socket.setNoDelay(true).on('error', end).on('close', end)
    const watch = options.protocol === 'kafka' ? new ProduceWatch() : undefined
    const requests = passing((chunk) => {
      watch?.request(chunk)
      return chunk
    })
    const answers = passing((chunk) => {
      const answerAt = watch?.answer(chunk)
      const told = answerAt === undefined ? undefined : cuts.shift()
      if (told === undefined) return chunk
      reset(way)
      told()
      return undefined
    })
    client.pipe(requests).pipe(server)
    server.pipe(answers).pipe(client)
  }

  /** Hands each chunk on, late when told so; undefined: it is lost with its connection. */
  function passing(look: (chunk: Buffer) => Buffer | undefined): Transform {
    return new Transform({
      transform(chunk: Buffer, _encoding, done) {
        const kept = look(chunk)
        if (kept === undefined) return
        if (delayMs === 0) done(null, kept)
        else setTimeout(() => done(null, kept), delayMs)
      },
    })
  }

  const listener = createServer(open)
  await once(listener.listen(0, '127.0.0.1'), 'listening')
  const address = listener.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    port,
    get open() {
      return ways.size
    },
    cut,
    refuse(ms) {
      refusedUntil = performance.now() + ms
      cut()
    },
    delay(ms) {
      delayMs = ms
    },
    async cutAfterProduce(count = 1) {
      if (options.protocol !== 'kafka') throw new Error('protocol: found none; expected kafka')
      await Promise.all(Array.from({ length: count }, () => new Promise<void>((told) => cuts.push(told))))
    },
    async close() {
      cut()
      if (listener.listening) await once(listener.close(), 'close')
    },
  }
}
