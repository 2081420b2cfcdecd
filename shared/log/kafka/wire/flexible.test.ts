import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FlexibleReader } from './flexible-reader.ts'
import { FlexibleWriter } from './flexible-writer.ts'

describe('flexible protocol types', () => {
  it('reads back what was written', () => {
    const anId = fc
      .uint8Array({ minLength: 16, maxLength: 16 })
      .map((bytes) => Buffer.from(bytes).toString('base64url'))
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.nat(), fc.maxSafeInteger(), anId),
        ),
        (rows) => {
          const writer = new FlexibleWriter().arrayOf(rows.length)
          for (const [text, small, large, id] of rows)
            writer.compactString(text).int32(small).int64(large).uuid(id).unsignedVarint(small).noTags()
          const reader = new FlexibleReader(writer.bytes())
          const read = reader.array(() => {
            const row = [reader.compactString(), reader.int32(), reader.int64(), reader.uuid()]
            expect(reader.unsignedVarint()).toBe(row[1])
            reader.tags()
            return row
          })
          expect(read).toEqual(rows)
        },
      ),
    )
  })

  it('writes lengths one greater, as the protocol has it, and 0 for absent', () => {
    expect([...new FlexibleWriter().compactString('ab').absent().unsignedVarint(300).bytes()]).toEqual([
      3, 97, 98, 0, 0xac, 2,
    ])
  })

  it('passes over tagged fields', () => {
    const bytes = Buffer.from([2, 0, 3, 1, 2, 3, 1, 1, 9, 0, 42])
    const reader = new FlexibleReader(bytes)
    reader.tags()
    expect(reader.int16()).toBe(42)
  })

  it('refuses an answer that ends too early', () => {
    expect(() => new FlexibleReader(Buffer.from([9, 1])).compactBytes()).toThrow('ends too early')
  })

  it('refuses an id that is none', () => {
    expect(() => new FlexibleWriter().uuid('abc')).toThrow(/found 2 bytes; expected 16/)
  })
})
