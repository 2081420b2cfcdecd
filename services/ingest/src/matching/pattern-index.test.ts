import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPatternIndex, type Occurrence } from './pattern-index.ts'

describe('createPatternIndex', () => {
  it('finds exactly the occurrences that a search for each key finds', () => {
    const letters = (maxLength: number) =>
      fc
        .array(fc.constantFrom('a', 'b', '例', '\ud83d'), { minLength: 1, maxLength })
        .map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.uniqueArray(letters(14), { maxLength: 12 }), letters(60), (keys, text) => {
        const found = createPatternIndex(new Set(keys)).find(text)
        expect(inOrder(found)).toEqual(inOrder(keys.flatMap((key) => searchFor(key, text))))
      }),
      { numRuns: 2000 },
    )
  })
  it('finds keys that share a long beginning', () => {
    const index = createPatternIndex(new Set(['uzun ortak ad', 'uzun ortak ad bir', 'uzun ortak']))
    expect(inOrder(index.find('x uzun ortak ad bir')).map(({ key }) => key)).toEqual([
      'uzun ortak',
      'uzun ortak ad',
      'uzun ortak ad bir',
    ])
  })
  it('does not take the text’s end for a longer key', () => {
    const index = createPatternIndex(new Set(['uzun ortak ad', 'uzun ortak ad bir']))
    expect(index.find('x uzun ortak ad')).toEqual([{ start: 2, end: 15, key: 'uzun ortak ad' }])
  })
  it('finds nothing without keys', () => {
    expect(createPatternIndex(new Set()).find('abc')).toEqual([])
  })
})

function searchFor(key: string, text: string): Occurrence[] {
  const found: Occurrence[] = []
  for (let start = text.indexOf(key); start >= 0; start = text.indexOf(key, start + 1)) {
    found.push({ start, end: start + key.length, key })
  }
  return found
}

function inOrder(found: readonly Occurrence[]): Occurrence[] {
  return found.toSorted((a, b) => a.start - b.start || a.end - b.end)
}
