import { expect, it } from 'vitest'
import { Reader, Writer } from './codec.ts'
import { DistinctCount } from './distinct-count.ts'
import { hash128 } from './hash.ts'

it('is exact up to 64 and knows who came twice', () => {
  const count = countOf(64)
  for (let id = 0; id < 64; id += 1) count.add(...hashOf(id))
  expect(count.count).toBe(64)
  expect(count.text()).toHaveLength(64 * 16)
})

it('stays within ten per cent of the truth beyond', () => {
  for (const size of [65, 200, 1_000, 2_600, 10_000, 100_000]) {
    expect(Math.abs(countOf(size).count / size - 1)).toBeLessThan(0.1)
  }
})

it('counts those two sets have in common once when merged', () => {
  for (const size of [20, 60, 500]) {
    const merged = countOf(size)
    merged.merge(countOf(size * 2))
    expect(Math.abs(merged.count / (size * 2) - 1)).toBeLessThan(0.1)
  }
})

it('is read again from what a record of counts says of it', () => {
  for (const size of [0, 1, 64, 65, 3_000]) {
    const count = countOf(size)
    const read = DistinctCount.fromText(count.text())
    expect([read.count, read.text()]).toEqual([count.count, count.text()])
  }
  for (const text of ['abc', 'x'.repeat(16), '!'.repeat(1_368)])
    expect(() => DistinctCount.fromText(text)).toThrow(RangeError)
})

it('keeps its number when it settles and counts on from there', () => {
  const count = countOf(10)
  count.settle()
  expect([count.count, count.text()]).toEqual([10, ''])
  count.add(...hashOf(3))
  expect(count.count).toBe(11)
})

it('comes back from its encoding as it was', () => {
  for (const size of [0, 1, 64, 65, 3_000]) {
    const writer = new Writer()
    countOf(size).encode(writer)
    const read = DistinctCount.decode(new Reader(writer.finish(), 'count'))
    expect([read.count, read.text()]).toEqual([countOf(size).count, countOf(size).text()])
  }
})

function hashOf(id: number): [number, number] {
  const [low = 0, high = 0] = hash128(`author ${id}`, undefined, new Int32Array(4))
  return [low, high]
}

function countOf(size: number): DistinctCount {
  const count = new DistinctCount()
  for (let id = 0; id < size; id += 1) count.add(...hashOf(id))
  return count
}
