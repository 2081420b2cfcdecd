import { DependencyError, type ErrorCode } from '@nabiz/shared/errors'
import type { Logger } from '@nabiz/shared/logging'
import { type Clock, minute } from '@nabiz/shared/time'
import { z } from 'zod'
import type { Delivery, Poll, PollerWay } from '../connector.ts'
import { readCursor } from './read-cursor.ts'

/** A member that is left out is asked again after this long when nobody says when, ms. */
const usualPauseMs = 5 * minute

const cursorShape = z.record(
  z.string(),
  z.object({
    cursor: z.string().optional(),
    /** When it is polled next, ms. */
    due: z.number(),
    /** When it last had read everything there was, ms. */
    doneAt: z.number().optional(),
  }),
)
type State = z.infer<typeof cursorShape>

export interface PollerGroupOptions {
  clock: Clock
  logger: Logger
  /** By name, in order of weight; the first is what the account is for: while it is held back, the account is not well. */
  members: Readonly<Record<string, PollerWay>>
}

/**
 * Several pollers of one account, each at its own pace, under one lease and in one cursor. A limit that holds one of them
 * back (a bucket of its own), or a fault of one that is not the first, does not stop the others; a refused token does, and
 * so does a platform that asks for a pause: it means the account, not one of its listings.
 */
export function createPollerGroup({ clock, logger, members }: PollerGroupOptions): PollerWay {
  const names = Object.keys(members)
  const intervalMs = Math.min(...Object.values(members).map((member) => member.intervalMs))
  const startedAt = clock.now()
  /** Members that are left out until their time. */
  const held = new Map<string, { fault: DependencyError; from: number; until: number }>()

  return {
    way: 'poller',
    intervalMs,
    async poll(stored, signal) {
      const state: State = readCursor(cursorShape, stored) ?? {}
      const now = clock.now()
      for (const [name, { from, until }] of held) if (until <= now || from > now) held.delete(name)
      const [next] = names
        .filter((name) => !held.has(name) && dueOf(state, name, now) <= now)
        .sort((one, other) => dueOf(state, one, now) - dueOf(state, other, now))
      if (next === undefined) return idle(state, now)
      const member = members[next]
      const before = state[next]
      const poll = member ? await pollMember(next, member, before?.cursor, signal) : undefined
      if (!poll) return { delivery: nothing, cursor: undefined, more: true, ...lag(state, now) }
      const cursor = poll.cursor ?? before?.cursor
      const waitMs = poll.more ? 0 : (poll.waitMs ?? member?.intervalMs ?? intervalMs)
      const doneAt = poll.more ? before?.doneAt : clock.now()
      const after: State = {
        ...state,
        [next]: {
          due: clock.now() + waitMs,
          ...(cursor === undefined ? {} : { cursor }),
          ...(doneAt === undefined ? {} : { doneAt }),
        },
      }
      const left = untilNext(after, clock.now())
      const lagMs = Math.max(poll.lagMs ?? 0, lag(after, clock.now()).lagMs ?? 0)
      return { delivery: poll.delivery, cursor: JSON.stringify(after), more: left <= 0, waitMs: left, lagMs }
    },
  }

  async function pollMember(
    name: string,
    member: PollerWay,
    cursor: string | undefined,
    signal: AbortSignal,
  ) {
    try {
      return await member.poll(cursor, signal)
    } catch (err) {
      // A call that was ended with the lease says nothing about the member.
      if (signal.aborted || !(err instanceof DependencyError) || faultsOfAll.has(err.code)) throw err
      if (name === names[0] && err.code !== 'platform_quota') throw err
      const waitMs = err.retryAfterMs ?? usualPauseMs
      const from = clock.now()
      held.set(name, { fault: err, from, until: from + waitMs })
      logger.warn({ part: name, code: err.code, waitMs }, 'a part of an account is left out for a while')
      return undefined
    }
  }

  /** Nothing may be polled now. When the first member is held back that is the account's fault, and not calm. */
  function idle(state: State, now: number): Poll {
    const left = untilNext(state, now)
    const first = held.get(names[0] ?? '')
    if (first) {
      const { code, message } = first.fault
      throw new DependencyError(code, message, { retryable: true, retryAfterMs: Math.max(left, 1) })
    }
    return { delivery: nothing, cursor: undefined, more: false, waitMs: Math.max(left, 1) }
  }

  function untilNext(state: State, now: number): number {
    return Math.max(
      0,
      Math.min(...names.map((name) => held.get(name)?.until ?? dueOf(state, name, now))) - now,
    )
  }

  /** What others read meanwhile must not make the account look well while its first member stands still. */
  function lag(state: State, now: number): { lagMs?: number } {
    const first = names[0] ?? ''
    return held.has(first) ? { lagMs: Math.max(0, now - (state[first]?.doneAt ?? startedAt)) } : {}
  }
}

const nothing: Delivery = { items: [] }
/** Whichever member meets them, the others would meet them, too. */
const faultsOfAll: ReadonlySet<ErrorCode> = new Set(['platform_auth', 'platform_rate_limited'])

/** At once where the clock was put back since it was polled: its time would come as much later. */
function dueOf(state: State, name: string, now: number): number {
  const { due = 0, doneAt = 0 } = state[name] ?? {}
  return doneAt > now ? 0 : due
}
