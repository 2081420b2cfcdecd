import type { ProtocolRequest } from '../kafkajs-internals.ts'
import type { FlexibleReader } from './flexible-reader.ts'
import { flexibleRequest } from './flexible-request.ts'

export const metadataKey = 3
/** The first version with topic ids that names topics by their names alone (KIP-516). */
export const metadataVersion = 12

export interface TopicMetadata {
  name: string
  /** Id of this incarnation; another after the topic was deleted and made again. */
  id: string
  /** The broker's code: 0, or 3 for a topic that is not there. */
  errorCode: number
  /** Leader's node id by partition; -1: none at the moment. */
  leaders: number[]
  /** Copies of each partition. */
  replicas: number[]
}

export interface ClusterMetadata {
  brokers: number
  topics: TopicMetadata[]
}

/** Asks for topics by name; kafkajs' own version of it knows no topic ids. Makes no topic. */
export function metadataRequest(names: readonly string[]): ProtocolRequest<ClusterMetadata> {
  return flexibleRequest({
    apiKey: metadataKey,
    apiVersion: metadataVersion,
    apiName: 'Metadata',
    write(writer) {
      writer.arrayOf(names.length)
      for (const name of names) writer.raw(noId).compactString(name).noTags()
      // No topics made, no list of what is allowed.
      writer.int8(0).int8(0).noTags()
    },
    read(reader) {
      reader.int32()
      const brokers = reader.array(() => {
        reader.int32()
        reader.compactString()
        reader.int32()
        reader.compactString()
        reader.tags()
      }).length
      reader.compactString()
      reader.int32()
      return { brokers, topics: reader.array(() => readTopic(reader)) }
    },
  })
}

const noId = new Uint8Array(16)

function readTopic(reader: FlexibleReader): TopicMetadata {
  const errorCode = reader.int16()
  const name = reader.compactString() ?? ''
  const id = reader.uuid()
  reader.boolean()
  const leaders: number[] = []
  const replicas: number[] = []
  reader.array(() => {
    reader.int16()
    const partition = reader.int32()
    leaders[partition] = reader.int32()
    reader.int32()
    replicas[partition] = reader.array(() => reader.int32()).length
    reader.array(() => reader.int32())
    reader.array(() => reader.int32())
    reader.tags()
  })
  reader.int32()
  reader.tags()
  return { name, id, errorCode, leaders, replicas }
}
