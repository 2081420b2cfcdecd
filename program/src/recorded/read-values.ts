import type { Topic } from '@nabiz/shared/contracts'
import { DependencyError } from '@nabiz/shared/errors'
import { type Log, partitionOf } from '@nabiz/shared/log'
import type { z } from 'zod'

/** What is read of a topic. */
export interface WantedValues {
  topic: Topic
  /** Its partition alone; all of them, one after the other, unless given. */
  brand?: string | undefined
  partition?: number
  /** Records that the log took before this moment are left out, ms. */
  since?: number
}

/** Every value of a topic in the order of its partitions; holds a batch at a time. DependencyError log_corrupt for a value that does not fit. */
export async function* readValues<S extends z.ZodType>(
  log: Log,
  wanted: WantedValues,
  schema: S,
): AsyncGenerator<z.output<S>> {
  const { topic, brand, since = 0 } = wanted
  const only = wanted.partition ?? (brand === undefined ? undefined : partitionOf(brand))
  for (const { partition, earliest, end } of await log.bounds(topic)) {
    if ((only !== undefined && partition !== only) || earliest === end) continue
    const from = since > 0 ? Math.max(earliest, await log.offsetAt(topic, partition, since)) : earliest
    if (from >= end) continue
    for await (const records of log.read({ topic, partition, from, to: end })) {
      for (const { value, offset } of records) {
        const parsed = schema.safeParse(parseJson(value))
        if (parsed.success) {
          yield parsed.data
          continue
        }
        const issue = parsed.error.issues[0]
        const where = `${topic}, partition ${partition}, offset ${offset}`
        const what = `${issue?.path.join('.') || 'record'}: ${issue?.message ?? 'does not fit'}`
        throw new DependencyError('log_corrupt', `${where}: ${what}`, { retryable: false })
      }
    }
  }
}

function parseJson(value: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(value).toString('utf8'))
  } catch {
    return undefined
  }
}
