import type { Spread, WindowBuckets } from '../baseline/baseline.ts'
import { packResidual, unpackResidual } from '../baseline/residual-code.ts'
import { plainEasing } from '../baseline/testing/plain-easing.ts'
import { plainRule } from '../baseline/testing/plain-rule.ts'
import { plainSteady } from '../baseline/testing/plain-steady.ts'

/** What would be told of a series' volume. */
export interface PlainAlert {
  /** Minutes from the series' beginning to the end of the minute that showed it. */
  minute: number
  event: 'opened' | 'escalated' | 'recovered'
  severity: number
  joins: boolean
}

const day = 288
const windows: readonly { buckets: WindowBuckets; multiple: number }[] = [
  { buckets: 12, multiple: 6 },
  { buckets: 3, multiple: 10 },
  { buckets: 1, multiple: 14 },
]

/**
 * The shipped rule over a whole series of counts by the minute, in the words of the READMEs and with nothing that
 * streams: every number is computed anew from the series for each minute. The series begins at midnight UTC.
 */
export function plainAlerts(perMinute: readonly number[]): PlainAlert[] {
  const series = Array.from({ length: Math.floor(perMinute.length / 5) }, (_, bucket) =>
    total(perMinute, bucket * 5, bucket * 5 + 5),
  )
  const stored = (residual: number) => unpackResidual(packResidual(residual))
  const rules = windows.map(({ buckets }) => plainRule(series, buckets, undefined, stored))
  const [hour] = rules
  const easing = hour === undefined ? () => 1 : plainEasing(series, hour)
  const steadyAt = new Map<string, Spread | undefined>()
  // It is the same for an hour, and takes long.
  const spread = (bucket: number, parts: number) => {
    const key = `${Math.floor(bucket / 12)}/${parts}`
    if (!steadyAt.has(key)) steadyAt.set(key, plainSteady(series, bucket, parts))
    return steadyAt.get(key)
  }
  const alerts: PlainAlert[] = []
  let isOpen = false
  let inRow = 0
  let calm = 0
  let told = 0
  let boundaryAt = Number.NEGATIVE_INFINITY
  let opened = 0
  const past: { opened: number; ended: number }[] = []
  for (let bucket = 0; bucket < series.length; bucket += 1) {
    const limits = windows.map((window, at) => limitsOf(series, bucket, window, rules[at], past, easing))
    for (let minute = bucket * 5; minute < bucket * 5 + 5; minute += 1) {
      let severity = 0
      let withoutFloors = Number.NEGATIVE_INFINITY
      let steady = 0
      for (const { length, expected, boundary, least, factor, perHour } of limits) {
        const value = total(perMinute, Math.max(0, minute - length + 1), minute + 1)
        const excess = (value - expected) / boundary
        withoutFloors = Math.max(withoutFloors, excess)
        if (value >= least) severity = Math.max(severity, excess)
        if (length !== 15 || factor === undefined) continue
        steady = steadySeverity(perMinute, spread, { minute, bucket, expected, factor, perHour })
      }
      severity = Math.max(severity, steady)
      withoutFloors = Math.max(withoutFloors, steady)
      const end = minute + 1
      inRow = severity >= 1 ? inRow + 1 : 0
      if (!isOpen && (inRow >= 2 || severity >= 2 || steady >= 1)) {
        alerts.push({ minute: end, event: 'opened', severity, joins: end - boundaryAt <= 12 * 60 })
        isOpen = true
        opened = end
        told = severity
        calm = 0
      } else if (isOpen) {
        calm = withoutFloors < 0.5 ? calm + 1 : 0
        if (calm >= 60) {
          alerts.push({ minute: end, event: 'recovered', severity, joins: false })
          isOpen = false
          inRow = 0
          past.push({ opened, ended: end })
        } else if (severity >= 1 && severity >= 2 * told) {
          alerts.push({ minute: end, event: 'escalated', severity, joins: false })
          told = severity
        }
      }
      if (isOpen && severity >= 1) boundaryAt = end
    }
  }
  return alerts
}

/** Steps 5 and 6 of the rule and the first days, at one bucket. */
function limitsOf(
  series: readonly number[],
  bucket: number,
  { buckets, multiple }: (typeof windows)[number],
  rule: ReturnType<typeof plainRule> | undefined,
  past: readonly { opened: number; ended: number }[],
  easing: (bucket: number) => number,
) {
  const length = buckets * 5
  const { expected, sigma, burst, phase } = rule?.at(bucket) ?? {
    expected: 0,
    sigma: 1,
    burst: 0,
    phase: 'none',
  }
  if (phase === 'none') {
    const fixed = ((100 * buckets) / 12) * (buckets === 12 ? 1 : buckets === 3 ? 5 / 3 : 10 / 3)
    const last = bucket - 13
    let greatest = 0
    for (let end = Math.max(0, last - day + 1); end <= last; end += 1) {
      greatest = Math.max(greatest, total(series, Math.max(0, end - buckets + 1), end + 1))
    }
    const boundary = Math.max(fixed, 2 * greatest)
    return { length, expected: 0, boundary, least: buckets === 12 ? 0 : 5, factor: undefined, perHour: 0 }
  }
  const from = Math.max(0, bucket - 14 * day)
  const perHour = (12 * total(series, from, bucket)) / (bucket - from)
  const floor = ((perHour >= 30 ? 30 : 10) * buckets) / 12
  const least = buckets === 12 ? Math.max(floor, 2 * expected) : Math.max(5, floor, 3 * expected)
  const whole = Math.max(sigma, burst)
  const chance = Math.sqrt(Math.max(expected, buckets / 6))
  const factor = phase === 'full' ? factorOf(past, bucket) * easing(bucket) : 1
  const scale = Math.max(factor * whole, Math.min(whole, chance))
  const boundary = (multiple + (phase === 'plain' ? 1 : 0)) * scale
  return { length, expected, boundary, least, factor: phase === 'full' ? factor : undefined, perHour }
}

/** A steady rise: three or four times five minutes that end with `minute` and all ran high; 0 while they did not. */
function steadySeverity(
  perMinute: readonly number[],
  spreadAt: (bucket: number, parts: number) => Spread | undefined,
  at: { minute: number; bucket: number; expected: number; factor: number; perHour: number },
): number {
  const { expected } = at
  const scale = Math.sqrt(Math.max(expected, 0.5))
  let severity = 0
  for (const [parts, multiple] of [
    [3, 10],
    [4, 7],
  ] as const) {
    const held = Array.from({ length: parts }, (_, part) =>
      total(perMinute, Math.max(0, at.minute - 5 * part - 4), at.minute - 5 * part + 1),
    )
    const value = 3 * Math.min(...held)
    if (value < Math.max(5, at.perHour >= 30 ? 7.5 : 2.5, 8 * expected)) continue
    const spread = spreadAt(at.bucket, parts)
    if (spread === undefined) continue
    const whole = Math.max(1, scale * spread.deviation, (2 / multiple) * scale * spread.regular)
    const boundary = multiple * Math.max(at.factor * whole, Math.min(whole, scale))
    severity = Math.max(severity, (value - expected) / boundary)
  }
  return severity
}

/**
 * The factor that follows the incidents of the last 84 days, of the eight latest episodes. An episode is taken to begin
 * as it opens; the engine knows the rise before, which these series never need to tell incidents apart.
 */
function factorOf(past: readonly { opened: number; ended: number }[], bucket: number): number {
  const kept = past.slice(-8)
  const weights = kept
    .filter(({ opened }, at) => opened - (kept[at - 1]?.ended ?? Number.NEGATIVE_INFINITY) > 12 * 60)
    .map(({ ended }) => Math.min(1, Math.max(0, 1 - (bucket * 5 - ended) / (84 * 1_440))))
  const factor = 0.75 + 0.12 * weights.reduce((sum, weight) => sum + weight, 0)
  const days = Math.min(bucket, 14 * day) / day
  return Math.max(factor, 1 - (0.25 * Math.min(11, days - 3)) / 11)
}

function total(values: readonly number[], from: number, to: number): number {
  let sum = 0
  for (let at = from; at < to; at += 1) sum += values[at] ?? 0
  return sum
}
