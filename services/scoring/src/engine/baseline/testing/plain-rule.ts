import type { Forecast } from '../baseline.ts'

/** Forecasts of one window computed anew from the whole series, in the words of the rule; for tests. */
export interface PlainRule {
  /** What the streaming state should say before it closes bucket `i`. */
  at(i: number): Pick<Forecast, 'expected' | 'sigma' | 'burst' | 'phase'>
}

/**
 * The rule step by step over a series that begins at 0 (undefined: unobserved), with nothing clever: every mean is taken
 * over the values it speaks of. `slotOf` gives the local time of day of a bucket, in buckets; `store` what is kept of a residual.
 */
export function plainRule(
  series: readonly (number | undefined)[],
  length: number,
  slotOf: (i: number) => number = (i) => i % 288,
  store: (residual: number) => number = (residual) => residual,
): PlainRule {
  const bySlot: number[][] = Array.from({ length: 288 }, () => [])
  series.forEach((value, i) => {
    if (value !== undefined) bySlot[slotOf(i)]?.push(i)
  })
  const sums = series.map((_, i) => windowSum(series, i, length))
  const expectedAt = series.map((_, i) => expected(series, i, length, slotOf(i), bySlot))
  const uncapped: (number | undefined)[] = []
  const capped: (number | undefined)[] = []
  for (let i = 0; i < series.length; i += 1) {
    const sum = sums[i]
    const mean = expectedAt[i]
    if (i < 288 || sum === undefined || mean === undefined) {
      uncapped.push(undefined)
      capped.push(undefined)
      continue
    }
    const g = Math.sqrt(Math.max(mean, (2 * length) / 12))
    const u = (sum - mean) / g
    const before = values(capped, i - 12 - 4031, i - 12)
    uncapped.push(u)
    capped.push(store(before.length < 144 ? u : Math.min(u, (8 * Math.max(1, g * deviation(before))) / g)))
  }
  return {
    at(i) {
      const days = values(series, i - 4032, i - 1).length / 288
      const history = values(sums, i - 12 - 4031, i - 12)
      if (days < 1 || history.length === 0) return { expected: 0, sigma: 1, burst: 0, phase: 'none' }
      const residuals = values(capped, i - 12 - 4031, i - 12)
      const mean = expectedAt[i]
      if (days < 3 || residuals.length < 144 || mean === undefined) {
        return {
          expected: average(history),
          sigma: Math.max(1, deviation(history)),
          burst: 0,
          phase: 'plain',
        }
      }
      const g = Math.sqrt(Math.max(mean, (2 * length) / 12))
      const sigma = Math.max(1, g * deviation(residuals))
      return {
        expected: mean,
        sigma,
        burst: (Math.max(0, regularMaximum(uncapped, i)) / 4.5) * g,
        phase: 'full',
      }
    },
  }
}

/** Step 1; a quarter of the buckets may be unobserved, the rest stands for them. */
function windowSum(series: readonly (number | undefined)[], i: number, length: number): number | undefined {
  const held = values(series, i - length + 1, i)
  return held.length * 4 < length * 3 ? undefined : average(held) * length
}

/** Step 2: for each of the 13 windows and each bucket in them, the mean over the days that have it. */
function expected(
  series: readonly (number | undefined)[],
  i: number,
  length: number,
  ownSlot: number,
  bySlot: readonly (readonly number[])[],
): number | undefined {
  const means: number[] = []
  for (let position = -6; position <= 6; position += 1) {
    for (let back = 0; back < length; back += 1) {
      const k = position - back
      const slot = (((ownSlot + k) % 288) + 288) % 288
      const days = (bySlot[slot] ?? [])
        .filter((j) => j <= i - 18 && j > i - 18 - 4032)
        .map((j) => series[j] ?? 0)
      if (days.length > 0) means.push(average(days))
    }
  }
  return means.length === 0 ? undefined : average(means) * length
}

/** Step 6. */
function regularMaximum(uncapped: readonly (number | undefined)[], i: number): number {
  const maxima: number[] = []
  const running = Math.floor((i - 12 - 288) / 288)
  for (let block = Math.max(0, running - 13); block <= running; block += 1) {
    const held = values(uncapped, 288 * (block + 1), Math.min(i - 12, 288 * (block + 2) - 1))
    if (held.length > 0) maxima.push(Math.max(...held))
  }
  maxima.sort((a, b) => b - a)
  const n = maxima.length
  return maxima[Math.min(n - 1, Math.round((4 * n) / 14))] ?? 0
}

function values(series: readonly (number | undefined)[], from: number, to: number): number[] {
  return series.slice(Math.max(0, from), Math.max(0, to + 1)).filter((value) => value !== undefined)
}

function average(list: readonly number[]): number {
  return list.reduce((sum, value) => sum + value, 0) / list.length
}

function deviation(list: readonly number[]): number {
  const mean = average(list)
  return Math.sqrt(Math.max(0, average(list.map((value) => value * value)) - mean * mean))
}
