import { DependencyError } from '@nabiz/shared/errors'
import { type OutgoingSocket, SocketRefused } from '@nabiz/shared/http'
import { hour, second } from '@nabiz/shared/time'
import { z } from 'zod'
import type { ConnectorContext, StreamWay } from '../connector.ts'
import { inBatches } from '../shared/in-batches.ts'
import { readCursor } from '../shared/read-cursor.ts'
import { createStallGuard } from '../shared/stalling.ts'
import { readEvents } from './events.ts'
import type { Accounts } from './post.ts'

const posts = 'app.bsky.feed.post'
/** How long Jetstream keeps what was said. */
const keptMs = 36 * hour
/** Another server stands elsewhere, and after a replay events may be out of order: so much is read twice, ms. */
const rewindMs = 5 * second
const mostInBatch = 500
const batchMs = 500

const cursorShape = z.object({
  /** The server that `position` is of: numbers of one say nothing to another. */
  host: z.string(),
  protocol: z.enum(['v1', 'v2']),
  position: z.string(),
  /** The time of the last event, ms. */
  at: z.number(),
})
type Cursor = z.infer<typeof cursorShape>

export interface BlueskyStreamOptions {
  context: Pick<ConnectorContext, 'clock' | 'outgoing' | 'missed'>
  baseUrl: string
  protocol: 'v1' | 'v2'
  /** Longest silence of a stream that is never silent, ms. */
  silenceMs: number
  accounts: Accounts
}

/** Every post of the network, live, and after a gap from where it was. */
export function createBlueskyStream(options: BlueskyStreamOptions): StreamWay {
  const { context, protocol, silenceMs, accounts } = options
  const { clock } = context
  const { host } = new URL(options.baseUrl)

  return {
    way: 'stream',
    async run(stored, next, signal) {
      const cursor = readCursor(cursorShape, stored)
      const guard = createStallGuard(clock, 'bluesky', silenceMs, signal)
      let socket: OutgoingSocket | undefined
      try {
        socket = await open(cursor, guard.signal)
        for await (const texts of inBatches(socket.messages, { clock, most: mostInBatch, waitMs: batchMs })) {
          guard.touch()
          const { delivery, position, at } = readEvents(texts, accounts)
          const after =
            position === undefined || at === undefined
              ? undefined
              : JSON.stringify({ host, protocol, position, at } satisfies Cursor)
          await next(delivery, after, at === undefined ? 0 : Math.max(0, clock.now() - at))
        }
        guard.check()
      } finally {
        guard.close()
        socket?.close()
      }
    },
  }

  async function open(cursor: Cursor | undefined, signal: AbortSignal): Promise<OutgoingSocket> {
    const call = (from: string | undefined) =>
      context.outgoing.socket({
        url: addressOf(from),
        ...(protocol === 'v2' ? { protocols: ['xrpc.v1.json'] } : {}),
        silenceMs,
        signal,
      })
    if (!cursor) return call(undefined)
    try {
      const socket = await call(resumeAt(cursor))
      // The older protocol says nothing of what it no longer has.
      const oldest = clock.now() - keptMs
      if (protocol === 'v1' && cursor.at < oldest) context.missed(cursor.at, oldest)
      return socket
    } catch (err) {
      if (!isTooOld(err) || protocol === 'v1') throw err
      const socket = await call(undefined)
      context.missed(cursor.at, clock.now())
      return socket
    }
  }

  function resumeAt(cursor: Cursor): string {
    if (protocol === 'v2' && cursor.protocol === 'v2' && cursor.host === host) return cursor.position
    // Times, in µs, are the same everywhere.
    return String((cursor.at - rewindMs) * 1_000)
  }

  function addressOf(from: string | undefined): string {
    const url = new URL(options.baseUrl)
    const base = url.pathname.replace(/\/+$/, '')
    if (protocol === 'v1') {
      url.pathname = `${base}/subscribe`
      url.searchParams.set('wantedCollections', posts)
    } else {
      url.pathname = `${base}/xrpc/network.bsky.jetstream.subscribeEvents`
      url.searchParams.set('collections', posts)
    }
    if (from !== undefined) url.searchParams.set('cursor', from)
    return url.href
  }
}

/** 400 in place of a socket: CursorTooOld is all that can be wrong with what we ask. */
function isTooOld(err: unknown): boolean {
  return err instanceof DependencyError && err.cause instanceof SocketRefused && err.cause.status === 400
}
