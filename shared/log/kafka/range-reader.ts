import type { Topic } from '../../contracts/index.ts'
import { DependencyError } from '../../errors/index.ts'
import { checkOffset } from '../check-position.ts'
import type { LogRecord, ReadOptions } from '../log.ts'
import type { KafkaConnection } from './connection.ts'
import type { Offsets } from './offsets.ts'
import type { TopicTable } from './topic-table.ts'
import { type FetchedPartition, fetchCodes, fetchRequest } from './wire/fetch-request.ts'

const maxFetchBytes = 4 * 2 ** 20

export interface RangeReaderParts {
  connection: KafkaConnection
  topics: TopicTable
  offsets: Offsets
}

/** Reads ranges by fetches alone, in no group: it leaves nothing behind at the brokers. */
export async function* readRange(
  parts: RangeReaderParts,
  options: ReadOptions,
): AsyncGenerator<readonly LogRecord[]> {
  const { topic, partition, from } = options
  const topicId = await parts.connection.retried('asking for topics', () => parts.topics.idOf(topic))
  const [bounds] = await parts.offsets.bounds(topic, [partition])
  if (!bounds) return
  checkOffset(from, topic, bounds)
  const to = Math.min(options.to ?? bounds.end, bounds.end)
  const atOnce = options.maxBatchRecords ?? 1_000
  for (let at = from; at < to; ) {
    const fetched = await fetchOnce(parts, topic, topicId, partition, at)
    const records = fetched.records.filter(({ offset }) => offset < to)
    for (let first = 0; first < records.length; first += atOnce) yield records.slice(first, first + atOnce)
    // What was compacted away is passed over.
    at = fetched.next
  }
}

function fetchOnce(
  { connection, topics, offsets }: RangeReaderParts,
  topic: Topic,
  topicId: string,
  partition: number,
  offset: number,
): Promise<FetchedPartition> {
  return connection.retried(`reading ${topic}/${partition}`, async () => {
    const leader = await topics.leaderOf(topic, partition)
    const wanted = { partition, offset, maxBytes: maxFetchBytes }
    const request = fetchRequest({
      topic,
      topicId,
      partitions: [wanted],
      maxWaitMs: 500,
      maxBytes: maxFetchBytes,
    })
    const { partitions } = await connection.at(leader, (broker) => broker.connectionPool.send(request))
    const fetched = partitions[0]
    if (fetched?.fault) throw fetched.fault
    if (fetched?.errorCode === 0 && fetched.next > offset) return fetched
    await topics.refresh()
    const current = await topics.idOf(topic)
    if (current !== topicId) throw topicChanged(topic, topicId, current)
    if (fetched?.errorCode === fetchCodes.offsetOutOfRange) {
      const [bounds] = await offsets.bounds(topic, [partition])
      if (bounds) checkOffset(offset, topic, bounds)
    }
    throw new Error(`the broker gave nothing at offset ${offset} (code ${fetched?.errorCode ?? 'none'})`)
  })
}

/** The topic was deleted and made again while it was read. */
export function topicChanged(topic: Topic, was: string, is: string): DependencyError {
  return new DependencyError(
    'topic_changed',
    `${topic} was made again while it was read: it had the id ${was}, now ${is}. ` +
      'Restore the topic, or drop the state made from it and begin again',
    { retryable: false },
  )
}
