import type { Topic } from '../../contracts/index.ts'
import { DependencyError } from '../../errors/index.ts'
import type { LogRecord } from '../log.ts'

/** The records from offset `from` up to the first that is missing; throws DependencyError `log_corrupt` when that is the one at `from`. */
export function upToMissing(
  records: LogRecord[],
  topic: Topic,
  partition: number,
  from: number,
): LogRecord[] {
  const first = records[0]?.offset
  if (first !== from) {
    throw new DependencyError(
      'log_corrupt',
      `${topic}/${partition}: the record at offset ${from} is missing, ${first === undefined ? 'nothing follows' : `the next is ${first}`}. ` +
        'Restore the log from a copy, or rewind the state of this partition to an offset the log holds',
      { retryable: false },
    )
  }
  const last = records.at(-1)?.offset ?? from
  return last === from + records.length - 1
    ? records
    : records.filter((record, i) => record.offset === from + i)
}
