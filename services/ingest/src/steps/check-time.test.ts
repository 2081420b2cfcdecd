import { day, minute } from '@nabiz/shared/time'
import { describe, expect, it } from 'vitest'
import { checkTime } from './check-time.ts'

const now = Date.UTC(2026, 5, 1, 12)

describe('checkTime', () => {
  it('keeps a time that can be true, however late', () => {
    expect(checkTime(now - 40 * day, now)).toEqual({ createdAt: now - 40 * day })
    expect(checkTime(now + 9 * minute, now)).toEqual({ createdAt: now + 9 * minute })
  })

  it.each([
    [0, 'past'],
    [now + 3 * day, 'future'],
    [undefined, 'missing'],
    [Number.NaN, 'missing'],
  ] as const)('replaces %s by the time of receipt and says %s', (createdAt, flag) => {
    expect(checkTime(createdAt, now)).toEqual({ createdAt: now, createdAtFlag: flag })
  })
})
