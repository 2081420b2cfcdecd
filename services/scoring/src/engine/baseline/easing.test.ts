import { expect, it } from 'vitest'
import { createCountBaseline, decodeCountBaseline } from './count-baseline.ts'
import { seeded } from './testing/random-series.ts'

const days = 20
const next = days * 288

it('leaves boundaries alone while hours are as expected', () => {
  expect(easingAfter(usual())).toBeGreaterThan(0.97)
})

it('lowers them by a twelfth for each deviation that the hours of late stood above the expected, to 0.6', () => {
  const [mild, high, most] = [3, 7, 30].map((added) =>
    easingAfter(usual().map((count, at) => (at >= next - 36 ? count + added : count))),
  )
  expect(mild).toBeLessThan(0.97)
  expect(high).toBeLessThan(mild ?? 0)
  // Not a record: the brand once held more.
  expect(most).toBe(0.6)
})

it('forgets hours that ran high within a day', () => {
  const ran = (from: number) =>
    easingAfter(usual().map((n, at) => (at >= from && at < from + 36 ? n + 7 : n)))
  expect(ran(next - 36)).toBeLessThan(0.8)
  expect(ran(next - 36 - 288)).toBeGreaterThan(0.97)
})

it('is not raised by hours that ran low', () => {
  expect(easingAfter(usual().map((n, at) => (at >= next - 144 ? 0 : n)))).toBe(1)
})

it('lowers them when five minutes of the last hour held more than any before them', () => {
  const at = (bucket: number, count: number) => easingAfter(usual().with(bucket, count))
  // Of the four hundred, 340 are left after 13 days. Build-up alone takes three hundredths for five minutes.
  expect(at(next - 1, 330)).toBeGreaterThan(0.95)
  expect(at(next - 1, 500)).toBeLessThan(0.7)
  expect(at(next - 1, 50_000)).toBeLessThanOrEqual(0.6)
  expect(at(next - 13, 500) / at(next - 12, 500)).toBeGreaterThan(1.3)
})

it('does not compare a record with itself until it is two hours old, and halves it in 56 days', () => {
  const old = usual().with(300, 4_000)
  const aged = [...old, ...Array.from({ length: 56 * 288 }, (_, at) => old[at % 288] ?? 0)]
  const after = (count: number) => easingAfter([...aged, count]) / easingAfter([...aged, 20])
  expect(after(1_500)).toBeGreaterThan(0.97)
  expect(after(2_500)).toBeLessThan(0.9)
})

it('never goes below half', () => {
  const storm = (from: number, count: (age: number) => number) =>
    easingAfter(usual().map((calm, at) => (at >= from ? count(at - from + 1) : calm)))
  expect(storm(next - 30, () => 9_000)).toBe(0.6)
  expect(storm(next - 12, (age) => 500 * age)).toBe(0.5)
})

it('is unknown before the rule holds', () => {
  expect(fed(usual().slice(0, 800)).forecast(12, 800, 0).easing).toBeUndefined()
})

it('reads states that had none: the record is that of the counts they hold', () => {
  const bytes = fed(usual()).encode()
  const before = bytes.slice(0, bytes.length - 16)
  before[1] = 2
  const read = decodeCountBaseline(before)
  expect(read.forecast(12, next, 0).easing).toBe(1)
  read.close(next, 500, true, 0)
  const known = fed([...usual(), 500]).forecast(12, next + 1, 0).easing ?? 1
  expect(read.forecast(12, next + 1, 0).easing).toBeCloseTo(known, 1)
  expect(read.encode()[1]).toBe(3)
})

/** Twenty days around ten mentions in five minutes; once there were four hundred. */
function usual(): number[] {
  const random = seeded(3)
  return Array.from({ length: next }, (_, at) => (at === 2_000 ? 400 : Math.floor(5 + 10 * random())))
}

function fed(series: readonly number[]) {
  const baseline = createCountBaseline()
  series.forEach((count, at) => {
    baseline.close(at, count, true, 0)
  })
  return baseline
}

function easingAfter(series: readonly number[]): number {
  return fed(series).forecast(12, series.length, 0).easing ?? Number.NaN
}
