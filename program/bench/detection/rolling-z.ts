/** How far each value lies from the mean of the `length` before it, in their deviations; 0 before there are as many. */
export function rollingZ(values: readonly number[], length: number): number[] {
  let sum = 0
  let squares = 0
  return values.map((value, index) => {
    const mean = sum / length
    const deviation = Math.sqrt(Math.max(0, squares / length - mean * mean))
    const z = index < length ? 0 : (value - mean) / Math.max(deviation, 1e-9)
    const gone = values[index - length] ?? 0
    sum += value - gone
    squares += value * value - gone * gone
    return z
  })
}

/** Rows at or above the threshold; `apart`: rows that have to lie between an alert and the last row that was above. */
export function alertsAbove(scores: readonly number[], threshold: number, apart = 0): number[] {
  const alerts: number[] = []
  let last = Number.NEGATIVE_INFINITY
  scores.forEach((score, row) => {
    if (score < threshold) return
    if (row - last > apart) alerts.push(row)
    last = row
  })
  return alerts
}
