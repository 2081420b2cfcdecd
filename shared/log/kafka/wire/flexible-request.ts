import type { ProtocolRequest } from '../kafkajs-internals.ts'
import { FlexibleReader } from './flexible-reader.ts'
import { FlexibleWriter } from './flexible-writer.ts'

export interface FlexibleRequest<T> {
  apiKey: number
  apiVersion: number
  apiName: string
  write(writer: FlexibleWriter): void
  /** Reads the answer; the tagged fields of its header are passed over. */
  read(reader: FlexibleReader): Promise<T> | T
  /** How long the broker may take on purpose, ms. */
  requestTimeout?: number
}

/**
 * A request of a flexible version for kafkajs to send, which knows none: its header ends before the tagged fields of
 * version 2 and its answer's header before those of version 1, so both stand in the body here.
 */
export function flexibleRequest<T extends object>(request: FlexibleRequest<T>): ProtocolRequest<T> {
  const { apiKey, apiVersion, apiName } = request
  return {
    request: {
      apiKey,
      apiVersion,
      apiName,
      async encode() {
        const writer = new FlexibleWriter().noTags()
        request.write(writer)
        const bytes = writer.bytes()
        return { buf: bytes, buffer: bytes }
      },
    },
    response: {
      async decode(bytes) {
        const reader = new FlexibleReader(bytes)
        reader.tags()
        return { ...(await request.read(reader)), clientSideThrottleTime: 0 }
      },
      parse: async (decoded) => decoded,
    },
    ...(request.requestTimeout === undefined ? {} : { requestTimeout: request.requestTimeout }),
    logResponseError: false,
  }
}
