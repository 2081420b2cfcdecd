import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Reader, Writer } from './codec.ts'

it('reads back any sequence of values it wrote', () => {
  const value = fc.oneof(
    fc.record({ kind: fc.constant('unsigned' as const), value: fc.maxSafeNat() }),
    fc.record({ kind: fc.constant('signed' as const), value: fc.integer({ min: -(2 ** 50), max: 2 ** 50 }) }),
    fc.record({ kind: fc.constant('number' as const), value: fc.double({ noNaN: true }).map((x) => x + 0) }),
    fc.record({ kind: fc.constant('float' as const), value: fc.double() }),
    fc.record({ kind: fc.constant('string' as const), value: fc.string({ unit: 'grapheme' }) }),
    fc.record({ kind: fc.constant('flag' as const), value: fc.boolean() }),
  )
  fc.assert(
    fc.property(fc.array(value), (values) => {
      const writer = new Writer()
      for (const entry of values) {
        if (entry.kind === 'string') writer.string(entry.value)
        else if (entry.kind === 'flag') writer.flag(entry.value)
        else writer[entry.kind](entry.value)
      }
      const reader = new Reader(writer.finish(), 'test')
      for (const entry of values) expect(reader[entry.kind]()).toEqual(entry.value)
      expect(reader.done).toBe(true)
    }),
  )
})

it('names the value when bytes are missing', () => {
  const writer = new Writer()
  writer.string('kuzey')
  const cut = writer.finish().subarray(0, 3)
  expect(() => new Reader(cut, 'h/kuzey').string()).toThrow(/h\/kuzey.*5 bytes/)
  expect(() => new Reader(new Uint8Array(), 'p').unsigned()).toThrow(RangeError)
  expect(() => new Reader(new Uint8Array(7), 'p').float()).toThrow(RangeError)
})
