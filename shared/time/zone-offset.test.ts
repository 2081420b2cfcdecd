import { describe, expect, it } from 'vitest'
import { createZoneOffset } from './zone-offset.ts'

describe('createZoneOffset', () => {
  it.each([
    ['UTC', '2024-07-01T00:00:00Z', 0],
    ['Europe/Istanbul', '2024-01-01T00:00:30Z', 180],
    ['Asia/Kathmandu', '2024-01-01T00:00:00Z', 345],
    ['America/St_Johns', '2024-01-01T00:00:59.999Z', -210],
    ['Europe/Berlin', '2024-03-31T00:59:59Z', 60],
    ['Europe/Berlin', '2024-03-31T01:00:00Z', 120],
  ])('reads %s at %s', (timeZone, at, minutes) => {
    expect(createZoneOffset(timeZone)(Date.parse(at))).toBe(minutes)
  })

  it('refuses a zone that does not exist', () => {
    expect(() => createZoneOffset('Mars/Olympus')).toThrow(RangeError)
  })
})
