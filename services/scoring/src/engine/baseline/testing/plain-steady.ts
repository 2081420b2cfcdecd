import type { Spread } from '../baseline.ts'

/**
 * How three times the least of adjacent buckets scatters, as known before bucket `i` closes, from the whole series; for tests.
 * Every mean is taken over the values it speaks of.
 */
export function plainSteady(
  series: readonly (number | undefined)[],
  i: number,
  parts: number,
  slotOf: (i: number) => number = (at) => at % 288,
  loud = Number.POSITIVE_INFINITY,
): Spread | undefined {
  const last = i - (i % 12) - 13
  const first = Math.max(0, last - 4_019)
  const bySlot: number[][] = Array.from({ length: 288 }, () => [])
  for (let at = first; at <= last; at += 1) if (series[at] !== undefined) bySlot[slotOf(at)]?.push(at)
  const residuals: { at: number; residual: number }[] = []
  for (let at = first + parts - 1; at <= last; at += 1) {
    const held = series.slice(at - parts + 1, at + 1)
    const near = series.slice(Math.max(first, at - parts - 5), at + 1)
    if (held.includes(undefined) || near.some((value) => (value ?? 0) >= loud)) continue
    const expected = expectedBut(series, at, slotOf(at), bySlot)
    if (expected === undefined) continue
    const least = Math.min(...held.map((value) => value ?? 0))
    residuals.push({ at, residual: (3 * least - expected) / Math.sqrt(Math.max(expected, 0.5)) })
  }
  if (residuals.length < 144) return undefined
  const maxima = Array.from({ length: 14 }, (_, day) =>
    Math.max(
      ...residuals.filter(({ at }) => Math.floor((last - at) / 288) === day).map(({ residual }) => residual),
    ),
  ).filter((value) => value > Number.NEGATIVE_INFINITY)
  maxima.sort((a, b) => b - a)
  const ranked = (above: number) =>
    maxima[Math.min(maxima.length - 1, Math.round((above * maxima.length) / 14))] ?? 0
  const capped = residuals.map(({ residual }) => Math.min(residual, Math.max(0, ranked(2))))
  const mean = average(capped)
  const deviation = Math.sqrt(average(capped.map((value) => (value - mean) ** 2)))
  return { deviation, regular: Math.max(0, ranked(4)) }
}

/** What 15 minutes that end with `at` should hold by the other days, one bucket of the 13 windows after the other. */
function expectedBut(
  series: readonly (number | undefined)[],
  at: number,
  ownSlot: number,
  bySlot: readonly (readonly number[])[],
): number | undefined {
  const means: number[] = []
  for (let position = -6; position <= 6; position += 1) {
    for (let back = 0; back < 3; back += 1) {
      const k = position - back
      const others = (bySlot[(ownSlot + k + 288) % 288] ?? []).filter((j) => j !== at + k)
      if (others.length > 0) means.push(average(others.map((j) => series[j] ?? 0)))
    }
  }
  return means.length === 0 ? undefined : 3 * average(means)
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
