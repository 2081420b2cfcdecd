import type { Secret } from '@nabiz/shared/config'
import { DependencyError } from '@nabiz/shared/errors'
import { SocketRefused } from '@nabiz/shared/http'
import type { ConnectorContext, StreamWay } from '../connector.ts'
import type { ApiClient } from '../shared/api-client.ts'
import { inBatches } from '../shared/in-batches.ts'
import { streamingUrlOf } from './api.ts'
import { type EventContext, readFrames } from './events.ts'

/** Longest time without a message or a pong, ms. */
const silenceMs = 60_000
const mostInBatch = 200
const batchMs = 300

/** What is subscribed to over one line: `{ stream: 'hashtag', tag: 'kuzeyair' }`. */
export interface Subscribed {
  stream: string
  tag?: string
}

export interface MastodonStreamOptions {
  context: Pick<ConnectorContext, 'clock' | 'outgoing'>
  api: ApiClient
  baseUrl: string
  token: Secret
  streams: readonly Subscribed[]
  events: EventContext
}

/** What an instance tells live. It replays nothing: what a gap held is the poller's to fetch. */
export function createMastodonStream(options: MastodonStreamOptions): StreamWay {
  const { clock, outgoing } = options.context
  return {
    way: 'stream',
    async run(_cursor, next, signal) {
      const address = await streamingUrlOf(options.api, options.baseUrl, signal)
      const socket = await outgoing
        .socket({
          url: `${address}/api/v1/streaming`,
          headers: { authorization: `Bearer ${options.token.reveal()}` },
          silenceMs,
          signal,
        })
        .catch((err: unknown) => {
          throw isRefused(err) ? refused() : err
        })
      try {
        for (const stream of options.streams) socket.send(JSON.stringify({ type: 'subscribe', ...stream }))
        // A quiet hashtag is no blindness: the line stands, and pings show that it lives.
        await next({ items: [] }, undefined)
        for await (const texts of inBatches(socket.messages, { clock, most: mostInBatch, waitMs: batchMs }))
          await next(readFrames(texts, options.events), undefined)
      } finally {
        socket.close()
      }
    },
  }
}

function isRefused(err: unknown): boolean {
  if (!(err instanceof DependencyError) || !(err.cause instanceof SocketRefused)) return false
  return err.cause.status === 401 || err.cause.status === 403
}

function refused(): DependencyError {
  return new DependencyError('platform_auth', 'mastodon refuses the token for streaming', {
    retryable: false,
  })
}
