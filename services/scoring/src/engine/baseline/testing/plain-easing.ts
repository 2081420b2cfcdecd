import type { PlainRule } from './plain-rule.ts'

/**
 * What boundaries of volume are multiplied by at bucket `i`, from the whole series and the rule of the hour; for tests.
 * A weighted mean of how far each hour before stood out, newest first, and the greatest count older than two hours.
 */
export function plainEasing(series: readonly (number | undefined)[], hour: PlainRule): (i: number) => number {
  const deviations = series.map((_, i) => {
    const { expected, sigma, burst, phase } = hour.at(i)
    const held = series.slice(Math.max(0, i - 11), i + 1).filter((value) => value !== undefined)
    if (phase !== 'full' || held.length < 9) return undefined
    const sum = (12 * held.reduce((total, value) => total + value, 0)) / held.length
    return Math.min(12, Math.max(-1.8, (sum - expected) / Math.max(sigma, burst)))
  })
  return (i) => {
    let [buildUp, weight, record] = [0, 0.03, 1]
    for (let at = i - 1; at >= 0 && weight > 1e-12; at -= 1) {
      const value = deviations[at]
      if (value === undefined) continue
      buildUp += weight * value
      weight *= 0.97
    }
    for (let at = 0; at <= i - 24; at += 1)
      record = Math.max(record, (series[at] ?? 0) * (1 - 1 / 23_040) ** (i - 24 - at))
    const recent = Math.max(0, ...series.slice(Math.max(0, i - 12), i).map((value) => value ?? 0))
    const byBuildUp = Math.max(0.6, Math.min(1, 1 - buildUp / 12))
    const byRecord = Math.max(0.6, Math.min(1, record / Math.max(recent, 1e-9)))
    return Math.max(0.5, byBuildUp * byRecord)
  }
}
