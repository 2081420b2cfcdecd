import type { Topic } from '../../contracts/index.ts'
import type { LogRecord } from '../log.ts'

// Key: partition u8, offset u48. Value: timestamp u48, key length u16, key, value. All big-endian, so that the
// database's byte order is the order of the log.
const headerBytes = 8

/** Greatest offset a key can hold. */
export const maxOffset = 2 ** 48 - 1

/** Longest record key, bytes of UTF-8. */
export const maxKeyBytes = 65_535

/** Where a record stands, as a database key. */
export function encodeKey(partition: number, offset: number): Buffer {
  const key = Buffer.allocUnsafe(7)
  key[0] = partition
  key.writeUIntBE(offset, 1, 6)
  return key
}

export function offsetOfKey(key: Buffer): number {
  return key.readUIntBE(1, 6)
}

/** A record as a database value, its timestamp still to be set. Throws RangeError on a key over 65,535 bytes. */
export function encodeRecord(key: string, value: Uint8Array): Buffer {
  const keyBytes = Buffer.byteLength(key)
  if (keyBytes > maxKeyBytes) {
    throw new RangeError(`record key: found ${keyBytes} bytes; expected at most ${maxKeyBytes}`)
  }
  const bytes = Buffer.allocUnsafe(headerBytes + keyBytes + value.byteLength)
  bytes.writeUInt16BE(keyBytes, 6)
  bytes.write(key, headerBytes, 'utf8')
  bytes.set(value, headerBytes + keyBytes)
  return bytes
}

export function setTimestamp(bytes: Buffer, timestamp: number): void {
  bytes.writeUIntBE(timestamp, 0, 6)
}

export function timestampOf(bytes: Buffer): number {
  return bytes.readUIntBE(0, 6)
}

export function decodeRecord(topic: Topic, partition: number, offset: number, bytes: Buffer): LogRecord {
  const valueStart = headerBytes + bytes.readUInt16BE(6)
  return {
    topic,
    partition,
    offset,
    timestamp: bytes.readUIntBE(0, 6),
    key: bytes.toString('utf8', headerBytes, valueStart),
    value: bytes.subarray(valueStart),
  }
}
