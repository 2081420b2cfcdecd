import type { Topic } from '@nabiz/shared/contracts'
import type { Log } from '@nabiz/shared/log'

/** Reads what was appended to a topic since the last call, outside any group. */
export interface Follower {
  read(): Promise<unknown[]>
}

/** Follows a topic from its present end, or from `sinceMs` by the log's timestamps. */
export async function follow(log: Log, topic: Topic, sinceMs?: number): Promise<Follower> {
  const positions = new Map<number, number>()
  for (const { partition, end } of await log.bounds(topic)) {
    positions.set(partition, sinceMs === undefined ? end : await log.offsetAt(topic, partition, sinceMs))
  }
  return {
    async read() {
      const values: unknown[] = []
      for (const { partition, end } of await log.bounds(topic)) {
        const from = positions.get(partition) ?? 0
        if (from >= end) continue
        for await (const records of log.read({ topic, partition, from, to: end })) {
          for (const record of records) values.push(JSON.parse(Buffer.from(record.value).toString('utf8')))
        }
        positions.set(partition, end)
      }
      return values
    },
  }
}
