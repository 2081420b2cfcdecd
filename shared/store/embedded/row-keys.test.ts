import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { timeBytes, timeOf } from './row-keys.ts'

const time = fc.double({ noNaN: true, noDefaultInfinity: true })

describe('timeBytes', () => {
  it('sorts as the numbers do, for any two', () => {
    fc.assert(
      fc.property(time, time, (a, b) => {
        expect(Buffer.compare(timeBytes(a), timeBytes(b))).toBe(a < b ? -1 : a > b ? 1 : 0)
      }),
    )
  })

  it('gives the number back', () => {
    fc.assert(
      fc.property(time, (ms) => {
        expect(timeOf(timeBytes(ms), 0)).toBe(ms === 0 ? 0 : ms)
      }),
    )
  })
})
