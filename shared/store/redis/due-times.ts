import type { DueTime } from '../store.ts'
import type { Connection } from './connection.ts'
import type { Keys } from './keys.ts'
import { type Script, script } from './script.ts'

/** Timers: one sorted set a queue, scored with the time; equal times stand in the order of their ids' bytes. */
export interface DueTimes {
  schedule(timers: readonly DueTime[]): Promise<void>
  unschedule(timers: readonly { queue: string; id: string }[]): Promise<void>
  due(queue: string, now: number, limit: number): Promise<DueTime[]>
}

const timersPerScript = 1_000

const schedule = script(
  'schedule',
  `
for i = 3, #ARGV, 2 do redis.call('ZADD', KEYS[1], ARGV[i], ARGV[i + 1]) end
return 1
`,
)

const unschedule = script('unschedule', `return redis.call('ZREM', KEYS[1], unpack(ARGV, 3))`)

export function createDueTimes(connection: Connection, keys: Keys): DueTimes {
  /** Each queue's timers in the order given; a queue is written in order, queues side by side. */
  async function write<T extends { queue: string }>(
    what: Script,
    timers: readonly T[],
    argsOf: (timer: T) => string[],
  ): Promise<void> {
    const writing: Promise<unknown>[] = []
    for (const [queue, own] of byQueue(timers)) {
      const key = keys.timers(queue)
      for (let i = 0; i < own.length; i += timersPerScript)
        writing.push(connection.write(key, what, [key], own.slice(i, i + timersPerScript).flatMap(argsOf)))
    }
    const results = await Promise.allSettled(writing)
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }

  return {
    schedule: (timers) => write(schedule, timers, ({ id, dueAt }) => [String(dueAt), id]),
    unschedule: (timers) => write(unschedule, timers, ({ id }) => [id]),
    async due(queue, now, limit) {
      if (!(limit > 0) || Number.isNaN(now)) return []
      const latest = Number.isFinite(now) ? String(now) : now > 0 ? '+inf' : '-inf'
      const count = Math.min(Math.ceil(limit), Number.MAX_SAFE_INTEGER)
      const args = [keys.timers(queue), '-inf', latest, 'BYSCORE', 'LIMIT', 0, count, 'WITHSCORES']
      const reply = (await connection.read('ZRANGE', args)) as Buffer[]
      const timers: DueTime[] = []
      for (let i = 0; i + 1 < reply.length; i += 2)
        timers.push({
          queue,
          id: reply[i]?.toString() ?? '',
          dueAt: Number(reply[i + 1]?.toString()),
        })
      return timers
    },
  }
}

function byQueue<T extends { queue: string }>(timers: readonly T[]): Map<string, T[]> {
  const queues = new Map<string, T[]>()
  for (const timer of timers) {
    const own = queues.get(timer.queue)
    if (own === undefined) queues.set(timer.queue, [timer])
    else own.push(timer)
  }
  return queues
}
