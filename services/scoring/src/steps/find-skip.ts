import type { Log } from '@nabiz/shared/log'
import { readRecord } from './read-record.ts'

/** Who said, later in the same partition, that the record at `offset` be passed over; undefined: nobody did. */
export async function findSkip(log: Log, partition: number, offset: number): Promise<string | undefined> {
  for await (const records of log.read({ topic: 'mentions', partition, from: offset })) {
    for (const record of records) {
      const outcome = readRecord(record.value)
      if (outcome.kind === 'pass' && outcome.value.type === 'skip' && outcome.value.offset === offset)
        return outcome.value.by
    }
  }
  return undefined
}
