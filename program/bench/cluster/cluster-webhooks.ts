import type { Drivers } from '../../src/drivers.ts'
import type { Figure } from '../figure.ts'
import { withIngest } from '../webhooks/bench-ingest.ts'
import { pushTo, senders } from '../webhooks/push.ts'
import { withDrivers, withFolder } from '../with-drivers.ts'
import { withCluster, withDriversAt } from './with-cluster.ts'

/** Items in one push. */
const itemsOf = [1, 100]
const forMs = 8_000

/** Signed webhooks a second through ingest into the log, on Kafka and Redis and on the embedded drivers, in one run. */
export async function clusterWebhooks(): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const items of itemsOf) {
    const embedded = await withFolder((folder) =>
      withDrivers(folder, true, (drivers) => throughIngest(drivers, items)),
    )
    const cluster = await withCluster(({ place }) =>
      withDriversAt(place(), (drivers) => throughIngest(drivers, items)),
    )
    figures.push({
      name: `cluster_webhooks_${items}`,
      what: `signed webhooks of ${items} item${items === 1 ? '' : 's'} into Kafka, to the embedded log`,
      value: cluster / embedded,
      unit: 'times',
      better: 'more',
      note: `${Math.round(cluster)} webhooks a second, embedded ${Math.round(embedded)}; ${senders} senders`,
    })
  }
  return figures
}

/** Webhooks a second. */
async function throughIngest(drivers: Drivers, items: number): Promise<number> {
  const { aSecond } = await withIngest(drivers, (url) => pushTo(url, items, forMs))
  return aSecond
}
