import type { Topic } from '../../../contracts/index.ts'
import { DependencyError, messageOf } from '../../../errors/index.ts'
import type { ProtocolRequest } from '../kafkajs-internals.ts'
import type { FlexibleReader } from './flexible-reader.ts'
import { flexibleRequest } from './flexible-request.ts'
import { type DecodedRecords, decodeRecords } from './record-batch.ts'

export const fetchKey = 1
/**
 * The first version that names topics by id (KIP-516): an offset of one incarnation of a topic can then never be read in
 * another. kafkajs ends at 11.
 */
export const fetchVersion = 13

export interface FetchPartition {
  partition: number
  /** First offset wanted. */
  offset: number
  /** Bytes, as stored; the first batch comes whole however large. */
  maxBytes: number
}

export interface FetchOptions {
  topic: Topic
  topicId: string
  partitions: readonly FetchPartition[]
  /** How long the broker waits for a first record, ms. */
  maxWaitMs: number
  maxBytes: number
}

export interface FetchedPartition extends DecodedRecords {
  /** What came cannot be read: `log_corrupt`. */
  fault?: DependencyError
  partition: number
  /** The broker's code, 0 for none; then there are no records. */
  errorCode: number
  /** Offset after the last record that all replicas have. */
  end: number
}

/** Codes that a fetch is answered with and that someone acts on. */
export const fetchCodes = {
  offsetOutOfRange: 1,
  unknownTopicOrPartition: 3,
  unknownTopicId: 100,
} as const

/** Reads records of one topic from the broker that leads the partitions. */
export function fetchRequest(options: FetchOptions): ProtocolRequest<{ partitions: FetchedPartition[] }> {
  const { topic, topicId, partitions, maxWaitMs, maxBytes } = options
  const wanted = new Map(partitions.map(({ partition, offset }) => [partition, offset]))
  return flexibleRequest({
    apiKey: fetchKey,
    apiVersion: fetchVersion,
    apiName: 'Fetch',
    requestTimeout: maxWaitMs + 10_000,
    write(writer) {
      // A consumer; uncommitted is all there is; no session, each request says everything.
      writer.int32(-1).int32(maxWaitMs).int32(1).int32(maxBytes).int8(0).int32(0).int32(-1)
      writer.arrayOf(1).uuid(topicId).arrayOf(partitions.length)
      for (const { partition, offset, maxBytes: most } of partitions)
        writer.int32(partition).int32(-1).int64(offset).int32(-1).int64(-1).int32(most).noTags()
      writer.noTags().arrayOf(0).compactString('').noTags()
    },
    async read(reader) {
      reader.int32()
      const errorCode = reader.int16()
      reader.int32()
      const parts = reader.array(() => readTopic(reader)).flat()
      if (errorCode !== 0) return { partitions: partitions.map((one) => failed(one, errorCode)) }
      const fetched: FetchedPartition[] = []
      for (const { partition, errorCode: code, end, bytes } of parts) {
        const from = wanted.get(partition)
        if (from === undefined) continue
        const decoded =
          code === 0 && bytes
            ? await decodeRecords(bytes, topic, partition, from).catch((err: unknown) =>
                corrupt(topic, partition, from, err),
              )
            : { records: [], next: from }
        fetched.push({ partition, errorCode: code, end, ...decoded })
      }
      return { partitions: fetched }
    },
  })
}

/** One batch that cannot be read is its partition's fault, not that of all that came with it. */
function corrupt(topic: Topic, partition: number, from: number, err: unknown) {
  const message = `${topic}/${partition} cannot be read from offset ${from} on: ${messageOf(err)}`
  const fault = new DependencyError('log_corrupt', message, { retryable: false, cause: err })
  return { records: [], next: from, fault }
}

function failed({ partition, offset }: FetchPartition, errorCode: number): FetchedPartition {
  return { partition, errorCode, end: offset, records: [], next: offset }
}

function readTopic(reader: FlexibleReader) {
  reader.uuid()
  const partitions = reader.array(() => {
    const partition = reader.int32()
    const errorCode = reader.int16()
    const end = reader.int64()
    reader.int64()
    reader.int64()
    reader.array(() => {
      reader.int64()
      reader.int64()
      reader.tags()
    })
    reader.int32()
    const bytes = reader.compactBytes()
    reader.tags()
    return { partition, errorCode, end, bytes }
  })
  reader.tags()
  return partitions
}
