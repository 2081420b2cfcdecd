import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodeRecord,
  encodeKey,
  encodeRecord,
  maxOffset,
  offsetOfKey,
  setTimestamp,
  timestampOf,
} from './codec.ts'

const aPartition = fc.integer({ min: 0, max: 63 })
const anOffset = fc.integer({ min: 0, max: maxOffset })

describe('codec', () => {
  it('gives back every record it was given', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.uint8Array(),
        anOffset,
        fc.integer({ min: 0, max: maxOffset }),
        (key, value, offset, timestamp) => {
          const bytes = encodeRecord(key, value)
          setTimestamp(bytes, timestamp)
          const record = decodeRecord('counts', 7, offset, bytes)
          expect({ ...record, value: [...record.value] }).toEqual({
            topic: 'counts',
            partition: 7,
            offset,
            timestamp,
            key,
            value: [...value],
          })
          expect(timestampOf(bytes)).toBe(timestamp)
        },
      ),
    )
  })

  it('orders keys by partition, then offset', () => {
    fc.assert(
      fc.property(aPartition, anOffset, aPartition, anOffset, (p1, o1, p2, o2) => {
        const order = Math.sign(p1 - p2) || Math.sign(o1 - o2)
        expect(Buffer.compare(encodeKey(p1, o1), encodeKey(p2, o2))).toBe(order)
        expect(offsetOfKey(encodeKey(p1, o1))).toBe(o1)
      }),
    )
  })

  it('refuses a key that is too long, saying how long it is', () => {
    expect(() => encodeRecord('x'.repeat(65_536), new Uint8Array())).toThrow(
      /65536 bytes; expected at most 65535/,
    )
  })
})
