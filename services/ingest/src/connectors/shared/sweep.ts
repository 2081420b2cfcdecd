import { DependencyError } from '@nabiz/shared/errors'
import { type Clock, hour } from '@nabiz/shared/time'
import { z } from 'zod'
import type { Delivery, PollerWay } from '../connector.ts'
import { InvalidPageError, NotFoundError } from './api-client.ts'
import { readCursor } from './read-cursor.ts'

/** Pages of a sweep that may wait; beyond it the newest found are left to the next sweep, which begins at the same mark. */
const mostTasks = 1_000

const taskShape = z.object({
  /** Which listing: a name under `description.apis`. */
  api: z.string(),
  /** What it is asked about: a page, a post, a search. */
  subject: z.string().optional(),
  /** The platform's cursor; absent: the first page. */
  page: z.string().optional(),
  /** It was begun anew once, because its page was refused; a second time is a fault. */
  again: z.literal(true).optional(),
})
/** One page of one listing that is still to be read. */
export type SweepTask = z.infer<typeof taskShape>

const cursorShape = z.object({
  /** Everything before this was read, ms. */
  through: z.number(),
  /** The sweep under way. */
  run: z
    .object({
      startedAt: z.number(),
      tasks: z.array(taskShape),
      /** Pages were left out: the mark stays where it is. */
      isCut: z.literal(true).optional(),
    })
    .optional(),
})

/** The cursor of a sweep that has read everything before `through`, ms: where one begins that makes up for a gap. */
export function sweptThrough(through: number): string {
  return JSON.stringify({ through } satisfies z.infer<typeof cursorShape>)
}

/** What a page gave. */
export interface Visit {
  delivery: Delivery
  /** Pages that follow from it: the next of the same listing, the comments of a post. */
  tasks?: readonly SweepTask[]
}

export interface SweepOptions {
  clock: Clock
  /** Time between two sweeps, ms. */
  intervalMs: number
  /** How far back the first sweep reads, ms. */
  firstLookBackMs: number
  /** How far each sweep reads into what the last one read, ms: things become visible late. Default 1 hour. */
  overlapMs?: number
  /** Where each sweep begins. */
  roots(): readonly SweepTask[]
  /** A root may rightly be absent (comments that are closed): the only one, too, is passed over then. */
  mayRootBeAbsent?: boolean
  /**
   * Reads one page. `since`: what is older was read by earlier sweeps; stop paging there. Throws InvalidPageError when the
   * page is no longer valid: its listing is read again from the first page. NotFoundError passes over this task alone, and is a fault
   * where there is but one root: the account sees nothing then.
   */
  visit(task: SweepTask, since: number, signal: AbortSignal): Promise<Visit>
}

/**
 * Polls listings that show the newest first. One page a poll; the cursor holds the pages still to be read, so that a
 * restart goes on where it was, and the time mark moves only when a sweep is done: a process that dies after page two of
 * three leaves no gap. What is read twice is known by its id.
 */
export function createSweep(options: SweepOptions): PollerWay {
  const { clock } = options
  const overlapMs = options.overlapMs ?? hour
  /** A page that was refused although its listing had begun anew. */
  let refusedPage: string | undefined

  return {
    way: 'poller',
    intervalMs: options.intervalMs,
    async poll(stored, signal) {
      const cursor = cursorOf(stored)
      const run = cursor.run ?? { startedAt: clock.now(), tasks: [...options.roots()] }
      const [task, ...rest] = run.tasks
      const visit = task ? await visitOnce(task, cursor.through - overlapMs, signal) : nothing
      const found = following(task, visit)
      const room = Math.max(0, mostTasks - rest.length)
      const tasks = [...found.slice(0, room), ...rest]
      const isCut = run.isCut || found.length > room
      // A clock that ran backwards must not make the mark do so.
      const done = { through: isCut ? cursor.through : Math.max(cursor.through, run.startedAt) }
      const going = { through: cursor.through, run: { ...run, tasks, ...(isCut ? { isCut } : {}) } }
      const next = tasks.length > 0 ? going : done
      // Several pages are no sign of being behind; a mark older than the last two sweeps is.
      const isBehind = tasks.length > 0 || isCut
      const lagMs = isBehind ? Math.max(0, clock.now() - cursor.through - 2 * options.intervalMs) : 0
      return { delivery: visit.delivery, cursor: JSON.stringify(next), more: tasks.length > 0, lagMs }
    },
  }

  /**
   * A mark that is further ahead than the overlap makes good was set by a clock that has been put back since: up to when
   * things were read nobody knows, and what is new would be taken for old. It begins as the first time.
   */
  function cursorOf(stored: string | undefined): z.infer<typeof cursorShape> {
    const now = clock.now()
    const cursor = readCursor(cursorShape, stored)
    return cursor && cursor.through - now <= overlapMs ? cursor : { through: now - options.firstLookBackMs }
  }

  function isRoot(task: SweepTask): boolean {
    return options.roots().some(({ api, subject }) => api === task.api && subject === task.subject)
  }

  /** The first page of the one listing there is: when it is not there, a name is mistyped in the config, most often. */
  function isOnlyRoot(task: SweepTask): boolean {
    const isOne = !options.mayRootBeAbsent && options.roots().length === 1
    return isOne && task.page === undefined && isRoot(task)
  }

  async function visitOnce(task: SweepTask, since: number, signal: AbortSignal): Promise<Visit> {
    try {
      return await options.visit(task, since, signal)
    } catch (err) {
      if (err instanceof NotFoundError) {
        if (!isOnlyRoot(task)) return nothing
        throw new DependencyError('platform_protocol', err.message, { retryable: true, cause: err })
      }
      const { page, ...first } = task
      if (!(err instanceof InvalidPageError || (page !== undefined && isRefusal(err)))) throw err
      if (page !== undefined && (!task.again || refusedPage === page)) {
        refusedPage = undefined
        return { delivery: { items: [] }, tasks: [{ ...first, again: true }] }
      }
      // Not the page is wrong then, but what we ask for: of one thing among many it is passed over.
      if (!isRoot(task)) return nothing
      // After the pause that this costs the listing begins anew, since a kept page may have ended meanwhile.
      refusedPage = page
      throw new DependencyError('platform_protocol', err.message, { retryable: true })
    }
  }
}

/** Platforms without a word for it refuse a page that is no longer valid as they refuse any question (400, 422). */
function isRefusal(err: unknown): err is DependencyError {
  return err instanceof DependencyError && err.code === 'http_status' && !err.retryable
}

const nothing: Visit = { delivery: { items: [] } }

/** A page that names itself as the next one would never end. */
function following(task: SweepTask | undefined, visit: Visit): SweepTask[] {
  return (visit.tasks ?? []).filter(
    (next) => next.api !== task?.api || next.subject !== task.subject || next.page !== task.page,
  )
}
