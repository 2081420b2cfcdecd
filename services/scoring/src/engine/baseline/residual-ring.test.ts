import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ByteReader, ByteWriter } from './bytes.ts'
import { residualCapacity } from './grid.ts'
import { noResidual, unpackResidual } from './residual-code.ts'
import { ResidualRing } from './residual-ring.ts'

/** Multiples of 1/256 below 8, which are stored as they are, and what is far off. */
const residual = fc.oneof(
  fc.integer({ min: -2_000, max: 2_000 }).map((code) => code / 256),
  fc.constantFrom(undefined, 0, 2 ** 20, -(2 ** 20), 0.25),
)
const rows = fc.array(fc.tuple(residual, residual, residual), { minLength: 1, maxLength: 60 })

it('tells of each of the latest 4,044 buckets what was set, after being read again too', () => {
  fc.assert(
    fc.property(rows, fc.integer({ min: 1, max: residualCapacity + 500 }), (pattern, length) => {
      const begin = 1_000
      let ring = new ResidualRing(begin)
      const rowAt = (index: number) => pattern[(index * 7) % pattern.length] ?? []
      for (let index = begin; index < begin + length; index += 1) {
        ring.push()
        rowAt(index).forEach((value, window) => {
          if (value !== undefined) ring.set(index, window, value)
        })
        if (index === begin + 40) ring = read(bytesOf(ring))
      }
      const again = read(bytesOf(ring))
      expect(bytesOf(again)).toEqual(bytesOf(ring))
      const end = begin + length
      expect([again.end, again.length]).toEqual([end, Math.min(length, residualCapacity)])
      const oldest = Math.max(begin, end - residualCapacity)
      for (const index of [oldest, oldest + 52, end - 17, end - 16, end - 13, end - 1]) {
        for (let window = 0; window < 3; window += 1) {
          const expected = index < oldest ? undefined : rowAt(index)[window]
          if (index < end) expect(ring.get(index, window)).toBe(expected)
          expect(again.get(index, window)).toBe(ring.get(index, window))
        }
      }
      expect(ring.get(oldest - 1, 0)).toBeUndefined()
      expect(ring.get(end, 0)).toBeUndefined()
    }),
    { numRuns: 40 },
  )
})

it('reads the codes of 4,096 buckets in full width, and keeps the latest', () => {
  const codes = Int16Array.from({ length: 4_096 * 3 }, (_, at) => (at % 7 === 0 ? noResidual : at % 2_000))
  const writer = new ByteWriter()
  writer.uint32(500)
  writer.uint32(500 + 4_096)
  writer.array(codes)
  const reader = new ByteReader(writer.finish(), 'ring')
  const ring = ResidualRing.decodePlain(reader)
  reader.finish()
  expect([ring.end, ring.length]).toEqual([500 + 4_096, residualCapacity])
  for (const at of [52, 53, 2_000, 4_090, 4_095]) {
    for (let window = 0; window < 3; window += 1) {
      const code = codes[at * 3 + window] ?? 0
      expect(ring.get(500 + at, window)).toBe(code === noResidual ? undefined : unpackResidual(code))
    }
  }
  expect(bytesOf(read(bytesOf(ring)))).toEqual(bytesOf(ring))
})

function bytesOf(ring: ResidualRing): Uint8Array {
  const writer = new ByteWriter()
  ring.encode(writer)
  return writer.finish()
}

function read(bytes: Uint8Array): ResidualRing {
  const reader = new ByteReader(bytes, 'ring')
  const ring = ResidualRing.decode(reader)
  reader.finish()
  return ring
}
