import type { BrandState } from './brand-state.ts'
import { sumMinutes } from './window-sums.ts'

/**
 * Minute in which a rise began: where the excess over `multiple` times the expected rate, summed from there to the window's end,
 * is greatest (the start a CUSUM would name); the latest such minute.
 */
export function riseBegan(
  brand: BrandState,
  options: {
    column: number
    expectedPerMinute: number
    multiple: number
    from: number
    to: number
    now: number
  },
): number {
  let excess = 0
  let greatest = Number.NEGATIVE_INFINITY
  let began = options.to
  for (let minute = options.to; minute >= options.from; minute -= 1) {
    const sums = sumMinutes(brand.platforms.values(), minute, minute + 1, options.now)
    excess += (sums[options.column] ?? 0) - options.multiple * options.expectedPerMinute
    if (excess > greatest) {
      greatest = excess
      began = minute
    }
  }
  return began
}
