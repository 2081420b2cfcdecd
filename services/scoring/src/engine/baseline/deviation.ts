/** Deviation of values about their mean, each counted as no more than `most`. */
export function cappedDeviation(values: readonly number[], most: number): number {
  let sum = 0
  let squares = 0
  for (const value of values) {
    const capped = Math.min(value, most)
    sum += capped
    squares += capped * capped
  }
  const mean = sum / values.length
  return Math.sqrt(Math.max(0, squares / values.length - mean * mean))
}
