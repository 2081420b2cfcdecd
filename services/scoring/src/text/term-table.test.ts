import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTermTable, hashRange, type TermTable } from './term-table.ts'

describe('createTermTable', () => {
  it('agrees with a Map on every key and on keys it does not hold', () => {
    const entries = fc.array(
      fc.tuple(fc.string({ minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 9 })),
    )
    fc.assert(
      fc.property(entries, fc.array(fc.string({ minLength: 1 })), (pairs, others) => {
        const map = new Map(pairs)
        const table = createTermTable(map)
        for (const key of [...map.keys(), ...others]) expect(find(table, key)).toBe(map.get(key) ?? 0)
      }),
    )
  })

  it('refuses a value of 0 and names the key', () => {
    expect(() => createTermTable(new Map([['kargo', 0]]))).toThrow(/"kargo" has value 0/)
  })
})

function find(table: TermTable, key: string): number {
  const units = new Uint16Array(key.length)
  for (let i = 0; i < key.length; i++) units[i] = key.charCodeAt(i)
  return table.get(units, 0, key.length, hashRange(units, 0, key.length))
}
