import { describe, expect, it } from 'vitest'
import { zoneOffsets } from './zone-offsets.ts'

describe('zoneOffsets', () => {
  it('gives one offset where nothing changes', () => {
    expect(zoneOffsets('Europe/Istanbul', Date.UTC(2020, 0, 1), Date.UTC(2026, 0, 1))).toEqual([
      { from: 0, minutes: 180 },
    ])
  })

  it('finds the moment at which summer time begins and ends', () => {
    expect(zoneOffsets('Europe/Berlin', Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1))).toEqual([
      { from: 0, minutes: 60 },
      { from: Date.UTC(2026, 2, 29, 1), minutes: 120 },
      { from: Date.UTC(2026, 9, 25, 1), minutes: 60 },
    ])
  })

  it('knows zones of half and quarter hours', () => {
    expect(zoneOffsets('Asia/Kathmandu', Date.UTC(2026, 0, 1), Date.UTC(2026, 1, 1))[0]?.minutes).toBe(345)
  })
})
