import { DependencyError } from '@nabiz/shared/errors'
import { type Clock, day, second } from '@nabiz/shared/time'
import { z } from 'zod'
import type { PollerWay } from '../connector.ts'
import type { BotApi } from './bot-api.ts'
import type { Chats } from './chats.ts'
import { toDelivery } from './to-delivery.ts'

const limit = 100
/** After a week without updates Telegram numbers them anew, perhaps below the offset we hold. */
const offsetLastsMs = 6 * day

/** Where polling stands: the next update's number, when it was learnt, and groups whose id changed. */
const cursorShape = z.object({
  offset: z.string().optional(),
  at: z.number(),
  moved: z.record(z.string(), z.string()),
})

export interface PollOptions {
  api: BotApi
  chats: Chats
  clock: Clock
  /** Length of a long poll, s. */
  pollSeconds: number
  allowedUpdates: readonly string[]
}

/** Long polling. The offset that tells Telegram to forget goes out with the poll after the log accepted. */
export function createPoll(options: PollOptions): PollerWay {
  const { api, chats, clock, pollSeconds, allowedUpdates } = options
  // The first answer after a start or a fault comes at once, so that the account is not blind for a whole long poll.
  let isConnected = false

  return {
    way: 'poller',
    intervalMs: pollSeconds === 0 ? 1 * second : 0.2 * second,
    async poll(stored, signal) {
      const cursor = stored === undefined ? undefined : cursorShape.parse(JSON.parse(stored))
      chats.move(new Map(Object.entries(cursor?.moved ?? {})))
      const offset = cursor && clock.now() - cursor.at < offsetLastsMs ? cursor.offset : undefined
      const timeout = isConnected ? pollSeconds : 0
      isConnected = false
      const call = { limit, timeout, allowedUpdates, ...(offset === undefined ? {} : { offset }) }
      const updates = await api.getUpdates(call, signal)
      isConnected = true
      if (updates.length === 0) return { delivery: { items: [] }, cursor: undefined, more: false }
      const { delivery, lastNumber } = toDelivery(updates, chats)
      if (lastNumber === undefined) {
        throw new DependencyError('platform_protocol', 'no update has a number', { retryable: true })
      }
      const next = {
        offset: String(BigInt(lastNumber) + 1n),
        at: clock.now(),
        moved: Object.fromEntries(chats.moved()),
      }
      return { delivery, cursor: JSON.stringify(next), more: updates.length >= limit }
    },
  }
}
