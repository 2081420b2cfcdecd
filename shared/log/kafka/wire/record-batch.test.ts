import { gzipSync } from 'node:zlib'
import { compressFrameSync } from 'lz4-napi'
import { compressSync } from 'snappy'
import { describe, expect, it } from 'vitest'
import { decodeRecords } from './record-batch.ts'

describe('decodeRecords', () => {
  it.each([
    ['nothing', 0, (bytes: Buffer) => bytes],
    ['gzip', 1, (bytes: Buffer) => gzipSync(bytes)],
    ['snappy, plain', 2, (bytes: Buffer) => Buffer.from(compressSync(bytes))],
    ['snappy in blocks, as Java writes it', 2, javaSnappy],
    ['lz4', 3, (bytes: Buffer) => compressFrameSync(bytes)],
    ['zstd, its size not told', 4, zstdStored],
  ])('reads records packed with %s', async (_name, codec, pack) => {
    const batch = aBatch({
      baseOffset: 40,
      codec,
      pack,
      records: [
        ['a', 'one'],
        ['b', 'two'],
        ['', ''],
      ],
    })
    const { records, next } = await decodeRecords(batch, 'mentions', 7, 40)
    expect(records.map(({ offset, key, value }) => [offset, key, Buffer.from(value).toString()])).toEqual([
      [40, 'a', 'one'],
      [41, 'b', 'two'],
      [42, '', ''],
    ])
    expect(next).toBe(43)
    expect(records[0]).toMatchObject({ topic: 'mentions', partition: 7, timestamp: 1_000 })
  })

  it('takes the log’s time where the log gives it, the writer’s otherwise', async () => {
    const logTime = aBatch({
      baseOffset: 0,
      attributes: 0x08,
      records: [
        ['a', '1'],
        ['a', '2'],
      ],
    })
    const writerTime = aBatch({
      baseOffset: 2,
      records: [
        ['a', '3'],
        ['a', '4'],
      ],
    })
    const { records } = await decodeRecords(Buffer.concat([logTime, writerTime]), 'mentions', 0, 0)
    expect(records.map(({ timestamp }) => timestamp)).toEqual([9_000, 9_000, 1_000, 1_001])
  })

  it('leaves out what lies before the offset asked for, as batches are stored whole', async () => {
    const { records, next } = await decodeRecords(
      aBatch({ baseOffset: 5, records: someRecords(4) }),
      'mentions',
      0,
      7,
    )
    expect(records.map(({ offset }) => offset)).toEqual([7, 8])
    expect(next).toBe(9)
  })

  it('leaves the batch that is cut off at the end for the next fetch', async () => {
    const whole = aBatch({ baseOffset: 0, records: someRecords(2) })
    const cut = aBatch({ baseOffset: 2, records: someRecords(2) })
    for (const length of [cut.length - 1, 61, 12, 3]) {
      const { records, next } = await decodeRecords(
        Buffer.concat([whole, cut.subarray(0, length)]),
        'mentions',
        0,
        0,
      )
      expect([records.length, next]).toEqual([2, 2])
    }
  })

  it('passes over a batch that compaction emptied, and over markers of transactions', async () => {
    const emptied = aBatch({ baseOffset: 0, lastOffsetDelta: 9, records: [] })
    const marker = aBatch({ baseOffset: 10, attributes: 0x30, records: [['', '']] })
    const { records, next } = await decodeRecords(Buffer.concat([emptied, marker]), 'config', 0, 0)
    expect([records, next]).toEqual([[], 11])
  })

  it('reads distances beyond 28 bits', async () => {
    const batch = aBatch({
      baseOffset: 0,
      records: [
        ['a', '1'],
        ['a', '2', 2 ** 41],
      ],
    })
    const { records } = await decodeRecords(batch, 'mentions', 0, 0)
    expect(records[1]?.timestamp).toBe(1_000 + 2 ** 41)
  })

  it('refuses a codec and a version that nobody knows', async () => {
    await expect(
      decodeRecords(aBatch({ baseOffset: 0, codec: 6, records: someRecords(1) }), 'mentions', 0, 0),
    ).rejects.toThrow('codec 6')
    const old = aBatch({ baseOffset: 0, records: someRecords(1) })
    old.writeInt8(1, 16)
    await expect(decodeRecords(old, 'mentions', 0, 0)).rejects.toThrow('found version 1')
  })
})

type ARecord = readonly [key: string, value: string, timestampDelta?: number]

interface ABatch {
  baseOffset: number
  records: readonly ARecord[]
  codec?: number
  attributes?: number
  lastOffsetDelta?: number
  pack?: (bytes: Buffer) => Buffer
}

/** A batch as a producer writes it: first time 1,000 ms, last 9,000. */
function aBatch({
  baseOffset,
  records,
  codec = 0,
  attributes = 0,
  lastOffsetDelta,
  pack = (bytes) => bytes,
}: ABatch): Buffer {
  const body = pack(Buffer.concat(records.map(encodeRecord)))
  const header = Buffer.alloc(61)
  header.writeBigInt64BE(BigInt(baseOffset), 0)
  header.writeInt32BE(61 - 12 + body.length, 8)
  header.writeInt8(2, 16)
  header.writeInt16BE(attributes | codec, 21)
  header.writeInt32BE(lastOffsetDelta ?? records.length - 1, 23)
  header.writeBigInt64BE(1_000n, 27)
  header.writeBigInt64BE(9_000n, 35)
  header.writeInt32BE(records.length, 57)
  return Buffer.concat([header, body])
}

function encodeRecord([key, value, timestampDelta]: ARecord, index: number): Buffer {
  const body = Buffer.concat([
    Buffer.of(0),
    varint(timestampDelta ?? index),
    varint(index),
    varint(key.length),
    Buffer.from(key),
    varint(value.length),
    Buffer.from(value),
    varint(0),
  ])
  return Buffer.concat([varint(body.length), body])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  for (let left = BigInt(value) * 2n; ; left >>= 7n) {
    if (left < 0x80n) {
      bytes.push(Number(left))
      return Buffer.from(bytes)
    }
    bytes.push(Number(left & 0x7fn) | 0x80)
  }
}

function someRecords(count: number): ARecord[] {
  return Array.from({ length: count }, (_, i) => ['k', `value ${i}`])
}

/** snappy-java's stream: a header, then blocks with their lengths. */
function javaSnappy(bytes: Buffer): Buffer {
  const header = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1])
  const half = Math.ceil(bytes.length / 2)
  const blocks = [bytes.subarray(0, half), bytes.subarray(half)].map((part) => {
    const packed = Buffer.from(compressSync(part))
    const length = Buffer.alloc(4)
    length.writeUInt32BE(packed.length)
    return Buffer.concat([length, packed])
  })
  return Buffer.concat([header, ...blocks])
}

/** A zstd frame with one stored block, and no size of what it holds, as a stream is written (RFC 8878). */
function zstdStored(bytes: Buffer): Buffer {
  const blockHeader = (bytes.length << 3) | 1
  return Buffer.concat([
    Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58]),
    Buffer.from([blockHeader & 0xff, (blockHeader >> 8) & 0xff, blockHeader >> 16]),
    bytes,
  ])
}
