import { expect, it } from 'vitest'
import { zoneOffsetAt } from '../brand-settings.ts'
import type { Baseline } from './baseline.ts'
import { createCountBaseline } from './count-baseline.ts'

const minuteMs = 60_000
const bucketMs = 5 * minuteMs
const dayMs = 86_400_000

/** Offsets as a brand's config record carries them; the engine has no other knowledge of zones. */
const zones = {
  'Europe/Istanbul in 2015, when summer time ended two weeks late': [
    { from: 0, minutes: 180 },
    { from: Date.UTC(2015, 10, 8, 1), minutes: 120 },
  ],
  'Europe/Istanbul in 2016, when it began for good': [
    { from: 0, minutes: 120 },
    { from: Date.UTC(2016, 2, 27, 1), minutes: 180 },
  ],
  'Europe/Berlin in spring': [
    { from: 0, minutes: 60 },
    { from: Date.UTC(2026, 2, 29, 1), minutes: 120 },
  ],
  'Europe/Berlin in autumn': [
    { from: 0, minutes: 120 },
    { from: Date.UTC(2026, 9, 25, 1), minutes: 60 },
  ],
  'America/New_York in spring': [
    { from: 0, minutes: -300 },
    { from: Date.UTC(2026, 2, 8, 7), minutes: -240 },
  ],
  'America/New_York in autumn': [
    { from: 0, minutes: -240 },
    { from: Date.UTC(2026, 10, 1, 6), minutes: -300 },
  ],
}
type Zone = (typeof zones)[keyof typeof zones]

it.each(Object.entries(zones))('expects the loud hour at the same local time: %s', (_name, zone) => {
  const change = zone[1]?.from ?? 0
  const loud = (at: number) => localHour(zone, at) === 9
  const baseline = fed(zone, change - 8 * dayMs, change + dayMs, (at) => (loud(at) ? 120 : 10))
  for (let at = change + dayMs; at < change + 2 * dayMs; at += bucketMs) {
    const { expected } = forecastAt(baseline, zone, at)
    // The mean over half an hour to either side touches the neighbours of the loud hour.
    const isInside = loud(at - 6 * bucketMs) && loud(at + 6 * bucketMs)
    const isOutside = !loud(at - 6 * bucketMs) && !loud(at + 6 * bucketMs) && !loud(at)
    if (isInside) expect(expected).toBe(120)
    if (isOutside) expect(expected).toBe(10)
  }
})

it('lets an hour that the clocks skipped borrow its neighbours, where no other day is known', () => {
  const zone = zones['Europe/Berlin in spring']
  const change = zone[1]?.from ?? 0
  // From two to three in the night nothing was seen on the days before; on the day of the change there is no such hour.
  const isSeen = (at: number) => localHour(zone, at) !== 2
  const baseline = fed(zone, change - 5 * dayMs, change + dayMs - 90 * minuteMs, () => 40, isSeen)
  const skipped = change + dayMs - 30 * minuteMs
  expect(localHour(zone, skipped)).toBe(2)
  expect(forecastAt(baseline, zone, skipped)).toMatchObject({ expected: 40, phase: 'full' })
})

it('averages an hour that the clocks showed twice', () => {
  const zone = zones['Europe/Berlin in autumn']
  const change = zone[1]?.from ?? 0
  const second = (at: number) => at >= change && at < change + 3_600_000
  const first = (at: number) => at < change && at >= change - 3_600_000
  const counts = (at: number) => (first(at) ? 10 : second(at) ? 30 : 20)
  const baseline = fed(zone, change - 5 * dayMs, change + 20 * 3_600_000, counts)
  for (let at = change + dayMs; at < change + dayMs + 3_600_000; at += bucketMs) {
    expect(localHour(zone, at)).toBe(2)
    expect(forecastAt(baseline, zone, at).expected).toBeCloseTo(20, 9)
  }
})

function localHour(zone: Zone, at: number): number {
  return Math.floor(((at + zoneOffsetAt(zone, at) * minuteMs) % dayMs) / 3_600_000)
}

function fed(
  zone: Zone,
  from: number,
  to: number,
  count: (at: number) => number,
  isSeen: (at: number) => boolean = () => true,
): Baseline {
  const baseline = createCountBaseline()
  for (let at = from; at < to; at += bucketMs) {
    baseline.close(at / bucketMs, count(at), isSeen(at), zoneOffsetAt(zone, at))
  }
  return baseline
}

function forecastAt(baseline: Baseline, zone: Zone, at: number) {
  return baseline.forecast(1, at / bucketMs, zoneOffsetAt(zone, at))
}
