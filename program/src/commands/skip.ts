import { partitionCount, type Skip, skipKey, skipPartition } from '@nabiz/shared/contracts'
import { ConfigError, type ConfigFault } from '@nabiz/shared/errors'
import { createSilentLogger } from '@nabiz/shared/logging'
import { systemClock } from '@nabiz/shared/time'
import { type DriversPlace, openConfiguredDrivers } from '../drivers.ts'
import { exitCodes } from '../exit-codes.ts'
import type { ProcessEdge } from '../process-edge.ts'

export interface SkipOptions {
  place: DriversPlace
  partition: number
  /** Offset in `mentions` of the record to pass over. */
  offset: number
  reason: string
  /** Who decided it. */
  by: string
}

/**
 * `nabiz skip`: has scoring pass over a record on which our own code fails, by a record in `config`, so that
 * a replay passes over it too. On the embedded log DependencyError log_locked while nabiz runs; ConfigError for a record that is not there.
 */
export async function skip(options: SkipOptions, edge: ProcessEdge): Promise<number> {
  const { place, partition, offset, reason, by } = options
  const drivers = await openConfiguredDrivers({
    config: place,
    clock: systemClock,
    logger: createSilentLogger(),
    onFatal: () => undefined,
  })
  try {
    const bounds = (await drivers.log.bounds('mentions')).find((one) => one.partition === partition)
    if (!bounds || offset < bounds.earliest || offset >= bounds.end) {
      throw new ConfigError('the command line', [describeAbsent(options, bounds)])
    }
    const topicId = await drivers.log.topicId('mentions')
    const who = { reason: reason.slice(0, 500), by: by.slice(0, 128) }
    const record: Skip = { v: 1, type: 'skip', topicId, partition, offset, ...who }
    const value = Buffer.from(JSON.stringify(record), 'utf8')
    await drivers.log.append([
      { topic: 'config', key: skipKey(partition, offset), partition: skipPartition, value },
    ])
    edge.stdout.write(`offset ${offset} of partition ${partition} is passed over from the next start on\n`)
    return exitCodes.ok
  } finally {
    await drivers.close()
  }
}

function describeAbsent(
  { partition, offset }: SkipOptions,
  bounds: { earliest: number; end: number } | undefined,
): ConfigFault {
  if (!bounds)
    return {
      path: 'partition',
      found: String(partition),
      expected: `a number from 0 to ${partitionCount - 1}`,
    }
  const expected =
    bounds.end > bounds.earliest
      ? `a record from ${bounds.earliest} to ${bounds.end - 1}`
      : 'a partition with records'
  return { path: 'offset', found: `${offset} in partition ${partition}`, expected }
}
