import fc from 'fast-check'
import { expect, it } from 'vitest'
import { FingerprintTable } from './fingerprint-table.ts'
import { Fingerprints } from './fingerprints.ts'

it('holds exactly what was added, whatever collides in the table', () => {
  const word = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }))
  fc.assert(
    fc.property(fc.array(fc.tuple(word, word), { maxLength: 300 }), (pairs) => {
      const fingerprints = new Fingerprints('f/')
      const known = new Set<string>()
      for (const [low, high] of pairs) {
        // (0, 0) marks a free slot and stands for (1, 0).
        const name = `${low === 0 && high === 0 ? 1 : low},${high}`
        expect(fingerprints.has(low, high)).toBe(known.has(name))
        if (!known.has(name)) fingerprints.add(low, high, 10)
        known.add(name)
      }
    }),
  )
})

it('writes only the last piece again, and reads all of them', () => {
  const fingerprints = new Fingerprints('f/')
  for (let id = 1; id <= 10_000; id += 1) fingerprints.add(id, -id, 7)
  const values = new Map<string, Uint8Array>()
  fingerprints.encode(values, [])
  expect([...values.keys()]).toEqual(['f/7/0', 'f/7/1', 'f/7/2'])
  fingerprints.markDurable()
  fingerprints.add(20_000, 1, 7)
  const next = new Map<string, Uint8Array>()
  fingerprints.encode(next, [])
  expect([...next.keys()]).toEqual(['f/7/2'])
  const read = Fingerprints.decode(new Map([...values, ...next]), 'f/')
  for (let id = 1; id <= 10_000; id += 1) expect(read.has(id, -id)).toBe(true)
  expect(read.has(20_000, 1)).toBe(true)
  expect(read.has(10_001, -10_001)).toBe(false)
})

it('keeps an hour for at least 48 more, then drops its values', () => {
  const fingerprints = new Fingerprints('f/')
  fingerprints.add(1, 1, 23)
  fingerprints.encode(new Map(), [])
  fingerprints.markDurable()
  fingerprints.expire(23 + 48)
  expect(fingerprints.has(1, 1)).toBe(true)
  fingerprints.expire(23 + 61)
  expect(fingerprints.has(1, 1)).toBe(false)
  const deletes: string[] = []
  fingerprints.encode(new Map(), deletes)
  expect(deletes).toEqual(['f/23/0'])
})

it('writes nothing of an hour that is over and durable, and still knows it', () => {
  const fingerprints = new Fingerprints('f/')
  fingerprints.add(1, 1, 7)
  fingerprints.add(2, 2, 8)
  fingerprints.encode(new Map(), [])
  fingerprints.markDurable()
  fingerprints.add(3, 3, 8)
  fingerprints.add(4, 4, 7)
  const puts = new Map<string, Uint8Array>()
  fingerprints.encode(puts, [])
  expect([...puts.keys()]).toEqual(['f/8/0'])
  expect(Fingerprints.decode(puts, 'f/').has(4, 4)).toBe(true)
  for (let id = 1; id <= 4; id += 1) expect(fingerprints.has(id, id)).toBe(true)
})

it('grows its table without losing an entry', () => {
  const table = new FingerprintTable(2)
  for (let id = 1; id < 5_000; id += 1) table.add(id * 64, id)
  for (let id = 1; id < 5_000; id += 1) expect(table.has(id * 64, id)).toBe(true)
  expect(table.size).toBe(4_999)
})
