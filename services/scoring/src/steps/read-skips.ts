import { skipKey } from '@nabiz/shared/contracts'
import type { Log } from '@nabiz/shared/log'
import { readRecord } from './read-record.ts'

/**
 * The records that people had passed over, offset to who said so, as far as they said it from the offset `from` on. Read
 * before the records themselves, so that every later reading of the log passes over them too, whatever its build can do.
 */
export async function readSkips(log: Log, partition: number, from: number): Promise<Map<number, string>> {
  const skips = new Map<number, string>()
  for await (const records of log.read({ topic: 'mentions', partition, from })) {
    for (const record of records) {
      if (record.key !== skipKey) continue
      const outcome = readRecord(record.value)
      if (outcome.kind === 'pass' && outcome.value.type === 'skip')
        skips.set(outcome.value.offset, outcome.value.by)
    }
  }
  return skips
}
