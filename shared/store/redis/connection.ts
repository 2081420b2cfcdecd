import { Cluster } from 'ioredis'
import { DependencyError } from '../../errors/index.ts'
import type { Logger } from '../../logging/index.ts'
import type { Clock } from '../../time/index.ts'
import { ByteWindow } from './byte-window.ts'
import type { Client } from './client.ts'
import { isWrong, shortMessage, storeError } from './redis-error.ts'
import { lateAnswer, type Script } from './script.ts'

export type Argument = string | number | Uint8Array

export interface ConnectionOptions {
  client: Client
  /** Where it is, for messages. */
  server: string
  /** How long one call may take, ms. */
  timeoutMs: number
  /** Absent: the server's own clock. */
  clock: Clock | undefined
  logger: Logger
}

/** Pieces of states under way at once, written and read together. */
const bulkBytes = 16 * 2 ** 20
/** Other calls' bytes that may wait for an answer; more is refused, so that an outage does not fill the memory. */
const waitingBytes = 64 * 2 ** 20
/** What a call takes besides its arguments, roughly. */
const callBytes = 2_048

/**
 * All calls of the store go through here: their errors become the port's, none takes longer than the timeout, and what
 * waits for the server is bounded.
 */
export class Connection {
  readonly #options: ConnectionOptions
  readonly #client: Client
  readonly #bulk = new ByteWindow(bulkBytes)
  readonly #lanes = new Map<string, Promise<void>>()
  #waiting = 0
  /** The server's clock minus this process's steady one, ms. */
  #clockOffset = 0
  /** Why there is no connection, where that is known. */
  #fault: unknown
  #isDown = false

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#client = options.client
  }

  get server(): string {
    return this.#options.server
  }

  get isCluster(): boolean {
    return this.#client instanceof Cluster
  }

  /** Begins to watch the connection; call it once the client is connected. */
  async watch(): Promise<void> {
    await this.#readServerTime()
    const { logger, server } = this.#options
    this.#client.on('close', () => {
      if (!this.#isDown) logger.warn({ server, reason: shortMessage(this.#fault ?? 'closed') }, 'store lost')
      this.#isDown = true
    })
    this.#client.on('ready', () => {
      if (this.#isDown) logger.info({ server }, 'store is back')
      this.#isDown = false
      this.#fault = undefined
      // A failover may have led to a machine with another clock; a call that fails says so itself.
      this.#readServerTime().catch(() => undefined)
    })
    this.#client.on('error', (err: unknown) => this.#noteFault(err))
    if (this.#client instanceof Cluster) this.#client.on('node error', (err) => this.#noteFault(err))
  }

  /** Runs a script. Keys must belong to one node; a write is carried out within the timeout or never. */
  async run(script: Script, keys: readonly string[], args: readonly Argument[]): Promise<unknown> {
    const { clock, timeoutMs } = this.#options
    const now = clock === undefined ? '' : String(clock.now())
    const deadline = performance.now() + this.#clockOffset + timeoutMs
    return this.#bounded(sizeOf(keys) + sizeOf(args), () =>
      this.#client.callBuffer('EVAL', [
        script.text,
        keys.length,
        ...keys,
        now,
        Math.floor(deadline),
        ...args.map(toArgument),
      ]),
    )
  }

  /**
   * As `run`, for a write. What one caller writes to one lane (a key or what stands for several) takes effect in the order
   * of the calls: on one connection by itself, in a cluster by waiting, as a redirected call is overtaken by later ones.
   */
  write(lane: string, script: Script, keys: readonly string[], args: readonly Argument[]): Promise<unknown> {
    if (!this.isCluster) return this.run(script, keys, args)
    const before = this.#lanes.get(lane)
    const done = (before ?? Promise.resolve()).then(() => this.run(script, keys, args))
    const settled = done.then(noop, noop).then(() => {
      if (this.#lanes.get(lane) === settled) this.#lanes.delete(lane)
    })
    this.#lanes.set(lane, settled)
    return done
  }

  /** A command that only reads. */
  async read(command: string, args: readonly (string | number)[]): Promise<unknown> {
    return this.#bounded(0, () => this.#client.callBuffer(command, [...args]))
  }

  /** A command that only reads, on each node that holds keys. */
  async readAll(command: string, args: readonly (string | number)[]): Promise<unknown[]> {
    return Promise.all(
      this.#masters().map((node) => this.#bounded(0, () => node.callBuffer(command, [...args]))),
    )
  }

  /** Goes through the names of all keys like a pattern; a name may come twice. */
  async scan(pattern: string, found: (names: string[]) => void): Promise<void> {
    for (const node of this.#masters()) {
      let cursor = '0'
      do {
        const reply = await this.#bounded(0, () => node.scan(cursor, 'MATCH', pattern, 'COUNT', 1_000))
        cursor = reply[0]
        found(reply[1])
      } while (cursor !== '0')
    }
  }

  /** Waits until so many bytes of bulk may be under way, and counts them until `work` has ended. */
  bulk<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    return this.#bulk.within(bytes, work)
  }

  disconnect(): void {
    // On purpose, so nothing to tell.
    this.#isDown = true
    this.#client.disconnect()
  }

  #masters() {
    return this.#client instanceof Cluster ? this.#client.nodes('master') : [this.#client]
  }

  async #bounded<T>(argumentBytes: number, call: () => Promise<T>): Promise<T> {
    const bytes = callBytes + argumentBytes
    if (this.#waiting > 0 && this.#waiting + bytes > waitingBytes + bulkBytes)
      throw new DependencyError(
        'store_unavailable',
        `Redis on ${this.server}: ${this.#waiting} bytes already wait for an answer`,
        { retryable: true },
      )
    this.#waiting += bytes
    try {
      return await call()
    } catch (err) {
      throw this.#explain(err)
    } finally {
      this.#waiting -= bytes
    }
  }

  #explain(err: unknown): DependencyError {
    const late = lateAnswer.exec(shortMessage(err))?.[1]
    // The nodes of a cluster have a clock each; going by the fastest refuses none.
    if (late !== undefined) this.#clockOffset = Math.max(this.#clockOffset, Number(late) - performance.now())
    const isUp = this.#client.status === 'ready'
    return storeError(this.server, !isUp && this.#fault !== undefined ? this.#fault : err)
  }

  #noteFault(err: unknown): void {
    if (isWrong(err) && !this.#isDown)
      this.#options.logger.error({ server: this.server, reason: shortMessage(err) }, 'store refuses us')
    this.#fault = err
  }

  async #readServerTime(): Promise<void> {
    const times = await Promise.all(
      this.#masters().map(async (node) => {
        const [seconds, micros] = await node.time()
        // As of the answer's arrival, so that it is rather too early.
        return Number(seconds) * 1_000 + Number(micros) / 1_000 - performance.now()
      }),
    )
    this.#clockOffset = Math.max(...times)
  }
}

function toArgument(arg: Argument): string | number | Buffer {
  if (typeof arg === 'string' || typeof arg === 'number' || Buffer.isBuffer(arg)) return arg
  return Buffer.from(arg.buffer, arg.byteOffset, arg.byteLength)
}

function sizeOf(args: readonly Argument[]): number {
  let bytes = 0
  for (const arg of args) bytes += typeof arg === 'number' ? 8 : arg.length
  return bytes
}

function noop(): void {}
