import { createEngine } from '@nabiz/scoring'
import type { Topic } from '@nabiz/shared/contracts'
import { type Log, partitionOf } from '@nabiz/shared/log'
import { createSilentLogger } from '@nabiz/shared/logging'
import { systemClock } from '@nabiz/shared/time'
import { type Drivers, type DriversPlace, openConfiguredDrivers } from '../../src/drivers.ts'

/** Opens a log and store for the time of `work`, by default beside the process that holds them. */
export async function withDrivers<T>(
  config: DriversPlace,
  work: (drivers: Drivers) => Promise<T>,
  readOnly = true,
): Promise<T> {
  const drivers = await openConfiguredDrivers({
    config,
    clock: systemClock,
    logger: createSilentLogger(),
    readOnly,
    onFatal(err) {
      throw err
    },
  })
  try {
    return await work(drivers)
  } finally {
    await drivers.close()
  }
}

/** Texts of a brand's partition of a topic, in order, from an offset on. */
export async function textsOf(log: Log, topic: Topic, brand: string, from?: number): Promise<string[]> {
  const partition = partitionOf(brand)
  const bounds = (await log.bounds(topic)).find((entry) => entry.partition === partition)
  if (!bounds || bounds.end === (from ?? bounds.earliest)) return []
  const texts: string[] = []
  for await (const records of log.read({
    topic,
    partition,
    from: from ?? bounds.earliest,
    to: bounds.end,
  })) {
    for (const record of records) texts.push(Buffer.from(record.value).toString('utf8'))
  }
  return texts
}

/** Mentions of a brand in scoring's last checkpoint. */
export async function countedInState({ store }: Drivers, brand: string): Promise<number> {
  const engine = createEngine({ confusion: () => undefined, engineId: 'reader', build: 'reader' })
  const { values } = await store.partitions('scoring').load(partitionOf(brand))
  const platforms = engine.decode(values).brands.get(brand)?.platforms.values() ?? []
  return [...platforms].reduce((sum, platform) => sum + platform.recentMentions(), 0)
}
