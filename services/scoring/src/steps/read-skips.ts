import { skip, skipPartition } from '@nabiz/shared/contracts'
import { DependencyError } from '@nabiz/shared/errors'
import type { Log } from '@nabiz/shared/log'

const decoder = new TextDecoder()

/**
 * The records of a partition of `mentions` that people had passed over, offset to who said so. Read before the records
 * themselves, so that every later reading of the log passes over them too, whatever its build can do. Throws
 * DependencyError when the log cannot be read, log_corrupt when what it holds is no skip record.
 */
export async function readSkips(log: Log, partition: number): Promise<Map<number, string>> {
  const skips = new Map<number, string>()
  const bounds = (await log.bounds('config')).find((one) => one.partition === skipPartition)
  if (!bounds || bounds.end === bounds.earliest) return skips
  const topicId = await log.topicId('mentions')
  for await (const records of log.read({
    topic: 'config',
    partition: skipPartition,
    from: bounds.earliest,
    to: bounds.end,
  })) {
    for (const { value, offset } of records) {
      const told = readSkip(value, offset)
      if (told.topicId === topicId && told.partition === partition) skips.set(told.offset, told.by)
    }
  }
  return skips
}

function readSkip(value: Uint8Array, offset: number) {
  try {
    return skip.parse(JSON.parse(decoder.decode(value)))
  } catch (err) {
    const where = `config, partition ${skipPartition}, offset ${offset}`
    throw new DependencyError('log_corrupt', `${where}: expected a skip record as \`nabiz skip\` writes it`, {
      retryable: false,
      cause: err,
    })
  }
}
