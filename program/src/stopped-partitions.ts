import { DependencyError } from '@nabiz/shared/errors'

/** A stage, as far as it says why it is not ready. */
export interface Stage {
  notReady(): string[]
}

/** How often a stage is asked while something waits for it, ms. */
const askEveryMs = 250

/** Partitions that stopped for good, as the stages tell it: `partition 7 stopped: why`. */
export function stoppedPartitions(stages: readonly (Stage | undefined)[]): string[] {
  return stages
    .flatMap((stage) => stage?.notReady() ?? [])
    .filter((text) => /^partition \d+ stopped/.test(text))
}

/** The same as `work`, but DependencyError partition_stopped when a partition stops, as work may then never end. */
export async function unlessStopped<T>(stages: readonly Stage[], work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const stopped = new Promise<never>((_resolve, reject) => {
    timer = setInterval(() => {
      const found = stoppedPartitions(stages)
      if (found.length > 0)
        reject(new DependencyError('partition_stopped', found.join('; '), { retryable: false }))
    }, askEveryMs)
  })
  try {
    return await Promise.race([work, stopped])
  } finally {
    clearInterval(timer)
  }
}
