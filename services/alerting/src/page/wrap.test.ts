import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columnsOf, wrap } from './wrap.ts'

const words = fc.array(fc.constantFrom('kuzey', 'ışık', '日本語', '👩‍👩‍👧', 'x'.repeat(50), '“iptal”'), {
  minLength: 1,
})

describe('wrap', () => {
  it('makes no line wider than asked and loses no letter', () => {
    fc.assert(
      fc.property(words, fc.integer({ min: 4, max: 60 }), (parts, columns) => {
        const text = parts.join(' ')
        const lines = wrap(text, columns)
        for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(columns)
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
      }),
    )
  })

  it('keeps a URL whole', () => {
    const url = `https://nabiz.example/${'a'.repeat(80)}`
    expect(wrap(`see ${url} now`, 20)).toEqual(['see', url, 'now'])
  })

  it('gives one empty line for nothing', () => {
    expect(wrap('', 10)).toEqual([''])
  })
})

describe('columnsOf', () => {
  it.each([
    ['abc', 3],
    ['ığüş', 4],
    ['日本', 4],
    ['😡', 2],
    ['👩‍👩‍👧', 2],
    ['e\u0301', 1],
  ])('counts %s as %d', (text, columns) => expect(columnsOf(text)).toBe(columns))
})
