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

  it('knows that Türkiye ended summer time late in 2015 and stayed in it from 2016 on', () => {
    expect(zoneOffsets('Europe/Istanbul', Date.UTC(2015, 5, 1), Date.UTC(2026, 0, 1))).toEqual([
      { from: 0, minutes: 180 },
      { from: Date.UTC(2015, 10, 8, 1), minutes: 120 },
      { from: Date.UTC(2016, 2, 27, 1), minutes: 180 },
    ])
  })

  it('knows that New York changes at two in its own night', () => {
    expect(zoneOffsets('America/New_York', Date.UTC(2026, 0, 1), Date.UTC(2027, 0, 1))).toEqual([
      { from: 0, minutes: -300 },
      { from: Date.UTC(2026, 2, 8, 7), minutes: -240 },
      { from: Date.UTC(2026, 10, 1, 6), minutes: -300 },
    ])
  })

  it('knows zones of half and quarter hours', () => {
    expect(zoneOffsets('Asia/Kathmandu', Date.UTC(2026, 0, 1), Date.UTC(2026, 1, 1))[0]?.minutes).toBe(345)
  })
})
