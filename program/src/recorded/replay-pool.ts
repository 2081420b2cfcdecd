import { availableParallelism } from 'node:os'
import { Tinypool } from 'tinypool'
import type { FoundIncident } from './group-incidents.ts'
import type { Judged } from './replay-series.ts'
import { type ReplayTask, replayTask } from './replay-task.ts'

/** Thresholds that one task judges by: few enough that the bar moves, enough that a series is not copied for each. */
const perTask = 8

/** Minutes to judge below which threads take longer to start than to do the work. */
const worthThreads = 500_000

/** Threads that replay recorded counts. */
export interface ReplayPool {
  /** The incidents of each of the thresholds, in their order; `onDone` is told how many more of them are ready. */
  run(task: ReplayTask, onDone: (count: number) => void): Promise<FoundIncident[][]>
  close(): Promise<void>
}

/** A thread for each core where there is enough to do, or as many as asked for. */
export function createReplayPool(asked?: number): ReplayPool {
  const threads = asked ?? availableParallelism()
  let pool: Tinypool | undefined
  const start = () =>
    new Tinypool({
      filename: new URL('./replay-worker.mjs', import.meta.url).href,
      name: 'replayTask',
      minThreads: threads,
      maxThreads: threads,
    })
  return {
    async run(task, onDone) {
      const { judged, series } = task
      if (asked === undefined && series.minutes.length * judged.length < worthThreads) {
        const found = replayTask(task)
        onDone(judged.length)
        return found
      }
      pool ??= start()
      const running = pool
      const size = Math.max(1, Math.min(perTask, Math.ceil(judged.length / threads)))
      const parts: Judged[][] = []
      for (let at = 0; at < judged.length; at += size) parts.push(judged.slice(at, at + size))
      const found = await Promise.all(
        parts.map(async (part) => {
          const some: FoundIncident[][] = await running.run({ ...task, judged: part } satisfies ReplayTask)
          onDone(part.length)
          return some
        }),
      )
      return found.flat()
    },
    close: async () => pool?.destroy(),
  }
}
