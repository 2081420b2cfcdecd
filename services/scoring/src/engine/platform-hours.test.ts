import { expect, it } from 'vitest'
import { Reader, Writer } from './codec.ts'
import { PlatformHours } from './platform-hours.ts'

const utc = [{ from: 0, minutes: 0 }]
const first = Math.floor(Date.UTC(2026, 2, 16) / 3_600_000)

it('expects the mean of the same hour of the days before, and parts of two hours across them', () => {
  const hours = filled(10, (hour) => (hour % 24 === 9 ? 60 : 20))
  const ninth = first + 10 * 24 + 9
  expect(hours.forecast('volume', ninth * 60 + 59, utc)?.expected).toBe(60)
  expect(hours.forecast('volume', ninth * 60 + 29, utc)?.expected).toBe(40)
  expect(hours.forecast('negative', ninth * 60 + 59, utc)?.expected).toBe(6)
})

it('says nothing before three days are known, and counts how many are', () => {
  expect(filled(3, () => 20).forecast('volume', (first + 72) * 60 - 1, utc)).toBeUndefined()
  const hours = filled(5, () => 20)
  expect(hours.forecast('volume', (first + 120) * 60 - 1, utc)?.days).toBeCloseTo(4.92, 1)
})

it('compares the same local hour when clocks change', () => {
  // Europe/Berlin: 9 o'clock is 8 UTC until 29 March 2026, then 7 UTC.
  const change = Date.UTC(2026, 2, 29, 1)
  const berlin = [
    { from: 0, minutes: 60 },
    { from: change, minutes: 120 },
  ]
  const local = (hour: number) => (hour * 3_600_000 >= change ? hour + 2 : hour + 1) % 24
  const hours = filled(14, (hour) => (local(hour) === 9 ? 90 : 10))
  const morning = Math.floor(Date.UTC(2026, 2, 30, 7) / 3_600_000)
  expect(hours.forecast('volume', morning * 60 + 59, berlin)?.expected).toBe(90)
  expect(hours.forecast('volume', (morning + 1) * 60 + 59, berlin)?.expected).toBe(10)
})

it('takes the hours since a shift for the level of from now on, each column by itself', () => {
  const since = first + 8 * 24
  const hours = filled(9, (hour) => (hour % 24 === 9 ? 60 : 20) * (hour < since ? 1 : 5))
  const [ninth, tenth] = [(first + 9 * 24 + 9) * 60 + 59, (first + 9 * 24 + 10) * 60 + 59]
  hours.adopt(since)
  expect(hours.forecast('volume', ninth, utc)?.expected).toBe(300)
  expect(hours.forecast('volume', tenth, utc)?.expected).toBe(100)
  expect(hours.forecast('negative', ninth, utc)?.expected).toBe(30)
  hours.adopt(first + 9 * 24)
  expect(hours.forecast('volume', ninth, utc)?.expected).toBe(300)
})

it('leaves hours out that were not seen, and takes late mentions into theirs', () => {
  const hours = filled(8, () => 20)
  const then = first + 7 * 24 + 5
  hours.add(then, 160, 0)
  const later = (first + 8 * 24 + 5) * 60 + 59
  expect(hours.forecast('volume', later, utc)?.expected).toBe(40)
  hours.exclude(then, then)
  expect(hours.forecast('volume', later, utc)?.expected).toBe(20)
  hours.add(then, 5, 5)
  expect(hours.forecast('volume', later, utc)?.expected).toBe(20)
})

it('lets one storm raise the deviation by no more than its cap', () => {
  const calm = filled(14, (hour) => 20 + (hour % 5))
  const stormy = filled(14, (hour) => 20 + (hour % 5))
  stormy.add(first + 100, 5_000, 0)
  const at = (first + 14 * 24) * 60 - 1
  const before = calm.forecast('volume', at, utc)?.sigma ?? 0
  expect(stormy.forecast('volume', at, utc)?.sigma).toBeLessThan(4 * before)
})

it.each([1, 40, 12_000, 1_000_000])(
  'goes on identically after decoding, with %i times the mentions',
  (times) => {
    const hours = filled(9, (hour) => times * (hour % 7))
    const writer = new Writer()
    hours.encode(writer)
    const decoded = PlatformHours.decode(new Reader(writer.finish(), 'hours'))
    for (const each of [hours, decoded]) {
      each.close(first + 9 * 24 + 2, { mentions: 3, negatives: 1 })
      each.add(first + 9 * 24 + 1, 7, 2)
    }
    const at = (first + 9 * 24 + 3) * 60 + 20
    expect(decoded.forecast('volume', at, utc)).toEqual(hours.forecast('volume', at, utc))
    expect(decoded.forecast('negative', at, utc)).toEqual(hours.forecast('negative', at, utc))
  },
)

it('holds in wider cells what no longer fits, and keeps what it had', () => {
  const hours = filled(5, (hour) => (hour === first + 60 ? 70_000 : 20))
  const narrow = filled(5, () => 20)
  hours.exclude(first + 60, first + 60)
  narrow.exclude(first + 60, first + 60)
  const at = (first + 120) * 60 - 1
  expect(hours.forecast('volume', at, utc)).toEqual(narrow.forecast('volume', at, utc))
})

/** So many days from Monday 16 March 2026, a tenth of the mentions negative. */
function filled(days: number, count: (hour: number) => number): PlatformHours {
  const hours = new PlatformHours()
  for (let hour = first; hour < first + days * 24; hour += 1) {
    hours.close(hour, { mentions: count(hour), negatives: Math.floor(count(hour) / 10) })
  }
  return hours
}
