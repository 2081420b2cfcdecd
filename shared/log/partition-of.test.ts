import { describe, expect, it } from 'vitest'
import { murmur2, partitionOf } from './partition-of.ts'

describe('partitionOf', () => {
  // Expected values as in Apache Kafka's own UtilsTest.testMurmur2.
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ])('hashes %s as Apache Kafka does', (text, expected) => {
    expect(murmur2(new TextEncoder().encode(text)) | 0).toBe(expected)
  })

  it('spreads brands over all 64 partitions', () => {
    const used = new Set(Array.from({ length: 5_000 }, (_, i) => partitionOf(`brand-${i}`)))
    expect(used.size).toBe(64)
    expect(Math.min(...used)).toBe(0)
    expect(Math.max(...used)).toBe(63)
  })
})
