import { createRequire } from 'node:module'
import type { Socket } from 'node:net'
import kafkajs from 'kafkajs'

/** What of kafkajs' connection is touched here. */
interface Connection {
  broker: string
  connectionTimeout: number
  socket?: Socket | undefined
  /** Pieces of the answer that is coming in. */
  chunks: Buffer[]
  bytesBuffered: number
  bytesNeeded: number
  isConnected(): boolean
  connect(): Promise<unknown>
  disconnect(): Promise<unknown>
}

/** Bytes that tell the length of an answer. */
const lengthBytes = 4
/** How long a connection may take beyond its own time before it is given up, ms. */
const graceMs = 1_000

let isMended = false

/** What of kafkajs' queue of requests is touched here. */
interface RequestQueue {
  /** Requests that wait for room or for the end of a throttling. */
  pending: readonly unknown[]
  scheduleCheckPendingRequests(): void
}

/**
 * Mends four faults of kafkajs 2.2.4, once for the process and for all its clients. Requests that find a connection closed
 * each open one, of which all but the last are forgotten: they take answers meant for one another, and the process cannot
 * end while they are open. And the beginning of an answer that was cut off is kept, so that every answer on the next
 * connection is misread. And a queue with nothing in it looks after itself every millisecond for ever, by timers with a
 * negative time, of which newer Nodes warn on stderr. And a connection that is gone is closed again each time its broker
 * is given up, which leaves a listener on its socket each time, until Node warns of a leak.
 */
export function mendConnections(): void {
  if (isMended) return
  isMended = true
  mendConnection(loadConnection().prototype)
  mendQueue(loadRequestQueue().prototype)
}

/** kafkajs' class of connections. */
export function loadConnection(): { prototype: Connection } {
  return loadClass('kafkajs/src/network/connection.js', 'connect') as { prototype: Connection }
}

/** kafkajs' class of the queue that each connection has. */
export function loadRequestQueue(): { prototype: RequestQueue } {
  const path = 'kafkajs/src/network/requestQueue/index.js'
  return loadClass(path, 'scheduleCheckPendingRequests') as { prototype: RequestQueue }
}

function loadClass(path: string, method: string): unknown {
  const loaded: unknown = createRequire(import.meta.url)(path)
  const isOfVersion = typeof loaded === 'function' && typeof loaded.prototype?.[method] === 'function'
  if (!isOfVersion) throw new Error('kafkajs is not of version 2.2.4')
  return loaded
}

/** Whoever adds a request that must wait asks again, so an empty queue needs no timer. */
function mendQueue(prototype: RequestQueue): void {
  const schedule = prototype.scheduleCheckPendingRequests
  prototype.scheduleCheckPendingRequests = function scheduleCheckPendingRequests() {
    if (this.pending.length > 0) schedule.call(this)
  }
}

function mendConnection(prototype: Connection): void {
  const connectAlone = prototype.connect
  const disconnectAlone = prototype.disconnect
  prototype.disconnect = function disconnect() {
    if (this.socket?.destroyed) this.socket = undefined
    return disconnectAlone.call(this)
  }
  const underWay = new WeakMap<Connection, Promise<unknown>>()
  prototype.connect = function connect() {
    if (this.isConnected()) return Promise.resolve(true)
    let connecting = underWay.get(this)
    if (!connecting) {
      this.socket?.destroy()
      this.chunks = []
      this.bytesBuffered = 0
      this.bytesNeeded = lengthBytes
      connecting = bounded(this, connectAlone.call(this)).finally(() => underWay.delete(this))
      underWay.set(this, connecting)
    }
    return connecting
  }
}

/** A handshake that is broken off is never told of by kafkajs; whoever waits for it must not wait for ever. */
function bounded(connection: Connection, connecting: Promise<unknown>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      connection.disconnect().catch(() => undefined)
      reject(new kafkajs.KafkaJSConnectionError('Connection timeout', { broker: connection.broker }))
    }, connection.connectionTimeout + graceMs)
    connecting.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
