import { keyBytes } from '../check-key.ts'
import type { DueTime } from '../store.ts'
import type { Databases } from './databases.ts'
import { counted, endOf, timeBytes, timeOf } from './row-keys.ts'

/** Timers by queue, time and id; a second table knows each timer's time, so that it can be moved. */
export interface DueTimes {
  /** Within a transaction. */
  schedule(timers: readonly DueTime[]): void
  /** Within a transaction. */
  unschedule(timers: readonly { queue: string; id: string }[]): void
  due(queue: string, now: number, limit: number): DueTime[]
}

const nothing = Buffer.of(1)

export function createDueTimes({ timers: rows, timerTimes }: Databases): DueTimes {
  function remove(queue: Buffer, id: Buffer): void {
    const known = Buffer.concat([queue, id])
    const time = timerTimes.getBinary(known)
    if (time === undefined) return
    rows.removeSync(Buffer.concat([queue, time, id]))
    timerTimes.removeSync(known)
  }

  return {
    schedule(timers) {
      for (const timer of timers) {
        const queue = counted(Buffer.from(timer.queue))
        const id = Buffer.from(timer.id)
        const time = timeBytes(timer.dueAt)
        remove(queue, id)
        rows.putSync(Buffer.concat([queue, time, id]), nothing)
        timerTimes.putSync(Buffer.concat([queue, id]), time)
      }
    },
    unschedule(timers) {
      for (const timer of timers) remove(counted(Buffer.from(timer.queue)), Buffer.from(timer.id))
    },
    due(queue, now, limit) {
      if (limit <= 0) return []
      const prefix = counted(keyBytes('queue', queue))
      const found = rows.getKeys({
        start: prefix,
        end: endOf(Buffer.concat([prefix, timeBytes(now)])),
        limit,
      })
      return [...found].map((row) => ({
        queue,
        id: Buffer.from(row.subarray(prefix.length + 8)).toString(),
        dueAt: timeOf(row, prefix.length),
      }))
    },
  }
}
