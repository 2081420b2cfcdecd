import fc from 'fast-check'
import { expect, it } from 'vitest'
import { BoundedCounter } from './bounded-counter.ts'
import { Reader, Writer } from './codec.ts'
import { Generations } from './generations.ts'

it('never counts a key too high and keeps one that is most of what is said', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(400), { maxLength: 2_000 }), (keys) => {
      const counter = new BoundedCounter(10)
      const truth = new Map<string, number>()
      for (const key of keys) {
        for (const name of [String(key), 'always']) {
          counter.add(name)
          truth.set(name, (truth.get(name) ?? 0) + 1)
        }
      }
      for (const [key, count] of counter.entries()) expect(count).toBeLessThanOrEqual(truth.get(key) ?? 0)
      expect(counter.get('always')).toBe(keys.length)
      expect(counter.total).toBe(2 * keys.length)
      expect([...counter.entries()].length).toBeLessThanOrEqual(20)
    }),
  )
})

it('lets what was said long ago leave by itself', () => {
  const generations = new Generations({ minutes: 20, kept: 3, keys: 10 })
  generations.at(0).add('old')
  generations.at(30).add('new')
  expect(generations.totals(59).counts.get('old')).toBe(1)
  expect([...generations.totals(60).counts.keys()]).toEqual(['new'])
})

it('tells the same of turns that are over, and after being read again, as of a running one', () => {
  const options = { minutes: 20, kept: 4, keys: 10 }
  const generations = new Generations(options)
  for (let minute = 0; minute < 70; minute += 1) generations.at(minute).add(`önemli ${minute % 7}`)
  const totals = generations.totals(69)
  expect(totals.total).toBe(70)
  for (let key = 0; key < 7; key += 1) expect(totals.counts.get(`önemli ${key}`)).toBe(10)
  const writer = new Writer()
  generations.encode(writer)
  const bytes = writer.finish()
  const read = Generations.decode(new Reader(bytes, 'turns'), options)
  expect(read.totals(69)).toEqual(totals)
  read.at(69).add('last')
  expect(read.totals(69).counts.get('last')).toBe(1)
  const again = Generations.decode(new Reader(bytes, 'turns'), options)
  again.encode(writer)
  expect(writer.finish()).toEqual(bytes)
})
