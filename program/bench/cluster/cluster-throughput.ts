import { partitionCount } from '@nabiz/shared/contracts'
import { makeTopic, runBareClient } from '../../../shared/log/kafka/bench/bare-client.ts'
import { coreSeconds } from '../core-time.ts'
import type { Figure } from '../figure.ts'
import { measureScoring } from '../measure-scoring.ts'
import { prepareLog } from '../prepare-log.ts'
import { withCluster, withDriversAt } from './with-cluster.ts'

const mentions = 400_000

/** One scoring process on Kafka and Redis against kafkajs alone, which reads and writes the same records, in one run. */
export async function clusterThroughput(): Promise<Figure[]> {
  return withCluster(async ({ brokers, place: makePlace }) => {
    const place = makePlace()
    const { written, records } = await withDriversAt(place, async (drivers) => {
      const mentionsWritten = await prepareLog(drivers, mentions)
      const bounds = await drivers.log.bounds('mentions')
      return { written: mentionsWritten, records: bounds.reduce((sum, { end }) => sum + end, 0) }
    })
    const topic = `${place.prefix}mentions`
    const copyTo = `${place.prefix}copy`
    await makeTopic(brokers, copyTo, partitionCount)
    const read = await runBareClient({ brokers, topic, records })
    const coreBefore = coreSeconds()
    const copy = await runBareClient({ brokers, topic, records, copyTo })
    const copyCore = coreSeconds() - coreBefore
    const { seconds, core } = await withDriversAt(place, measureScoring)
    const ours = records / seconds
    return [
      {
        name: 'cluster_throughput',
        what: 'mentions through one scoring process on Kafka, by the clock',
        value: written / seconds,
        unit: 'a second',
        better: 'more',
        note: `${written} mentions in ${records} records in ${seconds.toFixed(1)} s, ${core.toFixed(1)} s of them on a core`,
      },
      {
        name: 'cluster_throughput_to_copy',
        what: 'records through scoring, to a bare kafkajs copy of them',
        value: ours / (copy.records / copy.seconds),
        unit: 'times',
        aim: 1,
        better: 'more',
        note: `copy: ${Math.round(copy.records / copy.seconds)} records a second (acks=all, idempotent, gzip, chunks of 1,000)`,
      },
      {
        name: 'cluster_throughput_per_core_to_copy',
        what: 'the same, each by the time its thread had a core',
        value: copyCore / core,
        unit: 'times',
        better: 'more',
        note: `${copyCore.toFixed(1)} and ${core.toFixed(1)} s; what else the machine did is left out`,
      },
      {
        name: 'cluster_throughput_to_read',
        what: 'records through scoring, to bare reading of them with kafkajs',
        value: ours / (read.records / read.seconds),
        unit: 'times',
        better: 'more',
        note: `reading: ${Math.round(read.records / read.seconds)} records a second`,
      },
    ]
  })
}
