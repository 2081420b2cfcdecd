import type { PartitionBounds } from '../log.ts'

const lookEveryMs = 15_000
/** A partition that waits so long for records that are there stands still, ms. */
const standstillMs = 60_000

export interface StandstillOptions {
  /** Offset wanted next of each partition that waits for records. */
  waiting(): ReadonlyMap<number, number>
  /** Where partitions end; rejects while the brokers cannot be reached. */
  ends(partitions: readonly number[]): Promise<PartitionBounds[]>
  onStandstill(partition: number, next: number, end: number): void
  lookEveryMs?: number
  standstillMs?: number
}

/**
 * Notices a member that reads no more though the log goes on, which no error would tell. Brokers that are away are no
 * standstill, nor is a handler that is busy.
 */
export function watchStandstill(options: StandstillOptions): () => void {
  const since = new Map<number, { next: number; at: number }>()
  let looking = false

  async function look(): Promise<void> {
    const waiting = options.waiting()
    for (const partition of since.keys()) if (!waiting.has(partition)) since.delete(partition)
    let bounds: PartitionBounds[]
    try {
      bounds = await options.ends([...waiting.keys()])
    } catch {
      since.clear()
      return
    }
    const still = options.waiting()
    const now = performance.now()
    for (const { partition, end } of bounds) {
      const next = waiting.get(partition)
      if (next === undefined || still.get(partition) !== next || next >= end) {
        since.delete(partition)
        continue
      }
      const known = since.get(partition)
      if (known?.next !== next) since.set(partition, { next, at: now })
      else if (now - known.at >= (options.standstillMs ?? standstillMs)) {
        options.onStandstill(partition, next, end)
        since.clear()
        return
      }
    }
  }

  const timer = setInterval(() => {
    if (looking) return
    looking = true
    void look().finally(() => {
      looking = false
    })
  }, options.lookEveryMs ?? lookEveryMs).unref()
  return () => clearInterval(timer)
}
