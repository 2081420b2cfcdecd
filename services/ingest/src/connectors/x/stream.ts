import { DependencyError } from '@nabiz/shared/errors'
import { hour, minute, second } from '@nabiz/shared/time'
import { z } from 'zod'
import { every } from '../../quotas/periods.ts'
import type { ConnectorContext, PollerWay, StreamWay } from '../connector.ts'
import { queryText } from '../shared/api-client.ts'
import { parseJson } from '../shared/parse-json.ts'
import { readCursor } from '../shared/read-cursor.ts'
import { createReading } from '../shared/reading.ts'
import { createStallGuard } from '../shared/stalling.ts'
import { sweptThrough } from '../shared/sweep.ts'
import { type AnswerContext, readAnswer } from './answer.ts'
import { faultOf, postFields, type XApi } from './api.ts'
import type { ReadBudget } from './budget.ts'
import type { XConfig } from './config.ts'
import { linesOf } from './lines.ts'
import { syncRules } from './rules.ts'

/** X sends a blank line at least every 20 s. */
const silenceMs = 21 * second
/** The search sees nothing of its last half minute: a gap is filled when it can be seen. */
const searchSeesAfterMs = 35 * second
/** A post is on the stream this long after it was written, at the latest. */
const lateMs = 30 * second
/** How often the cursor moves while nothing comes. */
const idleCursorMs = 10 * second
/** Reads that must be left before a line is opened: what is under way is paid for, too. */
const leastReads = 100
const firstRefusedMs = 5 * second
const longestRefusedMs = 320 * second

const cursorShape = z.object({ through: z.number() })

export interface StreamParts {
  api: XApi
  budget: ReadBudget
  /** Fills the gap that lies between two lines. */
  search: PollerWay
  about: Omit<AnswerContext, 'brands'>
}

/**
 * The filtered stream. Nothing is repeated on it, so what was written between two lines is searched for; the cursor
 * stands still until that is done, and a process that dies meanwhile searches again.
 */
export function createStream(
  { api, budget, search, about }: StreamParts,
  options: XConfig,
  { clock, outgoing, quota }: ConnectorContext,
): StreamWay {
  const connects = quota({ name: 'connects', limit: 50, resetsAt: every(15 * minute) })
  let refusedMs = firstRefusedMs

  /** X wants a longer pause after each refusal. */
  function pauseAfterRefusal(): number {
    const pauseMs = refusedMs
    refusedMs = Math.min(longestRefusedMs, refusedMs * 2)
    return pauseMs
  }

  async function open(signal: AbortSignal) {
    const token = await api.credential.token(signal)
    const response = await outgoing.stream({
      method: 'GET',
      url: `${options.baseUrl.replace(/\/+$/, '')}/2/tweets/search/stream${queryText(postFields(options.authors))}`,
      headers: { authorization: `Bearer ${token.reveal()}`, accept: 'application/json' },
      // The guard is stricter; this ends a line whose process sleeps.
      silenceMs: 3 * silenceMs,
      timeoutMs: 20 * second,
      signal,
    })
    const { status, headers } = response
    if (status === 200) return response.body
    if (status === 401 || status === 403) {
      throw new DependencyError('platform_auth', `x refuses the token (${status})`, { retryable: false })
    }
    const own = faultOf(status, headers, clock.now())
    if (own instanceof DependencyError) throw own
    throw new DependencyError('http_status', `x answered with ${status}`, {
      retryable: true,
      retryAfterMs: pauseAfterRefusal(),
    })
  }

  return {
    way: 'stream',
    async run(stored, next, signal) {
      await budget.need(leastReads)
      await syncRules(api, options.queries, signal)
      await connects.take()
      const since =
        readCursor(cursorShape, stored)?.through ?? clock.now() - options.firstLookBackHours * hour
      const guard = createStallGuard(clock, 'x', silenceMs, signal)
      const line = new AbortController()
      const ended = AbortSignal.any([guard.signal, line.signal])
      let isFilled = false
      let fault: unknown
      const send: typeof next = (delivery, cursor) =>
        next(delivery, cursor, isFilled ? 0 : Math.max(0, clock.now() - since))
      const cursorNow = () => (isFilled ? JSON.stringify({ through: clock.now() - lateMs }) : undefined)

      async function fill(): Promise<void> {
        await clock.sleep(searchSeesAfterMs, ended)
        let swept: string | undefined = sweptThrough(since)
        while (!ended.aborted) {
          try {
            const page = await search.poll(swept, ended)
            if (page.delivery.items.length + (page.delivery.unreadable?.length ?? 0) > 0)
              await send(page.delivery, undefined)
            swept = page.cursor
            if (page.more) continue
            isFilled = true
            return
          } catch (err) {
            // The line goes on meanwhile: what it brings is not behind.
            if (!(err instanceof DependencyError) || ended.aborted) throw err
            await clock.sleep(Math.max(1 * minute, err.retryAfterMs ?? 0), ended)
          }
        }
      }

      try {
        const body = await open(ended)
        const filling = fill().catch((err: unknown) => {
          if (!ended.aborted) fault = err
          line.abort()
        })
        try {
          await send({ items: [] }, undefined)
          let sentAt = clock.now()
          for await (const bytes of linesOf(body)) {
            guard.touch()
            if (bytes === undefined) continue
            if (bytes.length > 0) await takeLine(bytes)
            else if (clock.now() - sentAt < idleCursorMs) continue
            else await send({ items: [] }, cursorNow())
            sentAt = clock.now()
          }
        } finally {
          line.abort()
          await filling
        }
        if (fault !== undefined) throw fault
        guard.check()
        if (!signal.aborted)
          throw new DependencyError('http_network', 'x ended the stream', { retryable: true })
      } finally {
        line.abort()
        guard.close()
      }

      async function takeLine(bytes: Uint8Array): Promise<void> {
        const reading = createReading()
        const value = parseJson(bytes)
        if (value === undefined) reading.unreadable('not_json', 'a line that is not JSON', bytes)
        const answer = value === undefined ? undefined : readAnswer(value, { ...about, brands: [] }, reading)
        if (answer?.isFault) {
          throw new DependencyError('http_network', 'x says on the stream that it ends it', {
            retryable: true,
            retryAfterMs: pauseAfterRefusal(),
          })
        }
        refusedMs = firstRefusedMs
        await send(reading.delivery(), cursorNow())
        await budget.pay(answer?.paid ?? [])
      }
    },
  }
}
