import type { Figure } from '../figure.ts'
import { measureLatency } from '../latency.ts'
import { withFolder } from '../with-drivers.ts'
import { withCluster, withDriversAt } from './with-cluster.ts'

/** From the log's acceptance of the record that completes a breach to the receiver being called, on Kafka and Redis. */
export async function clusterLatency(): Promise<Figure[]> {
  return withCluster(({ place }) =>
    withFolder((folder) => withDriversAt(place(), (drivers) => measureLatency(folder, drivers, 'cluster_'))),
  )
}
