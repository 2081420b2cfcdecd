/** Hours since a shift that say what the new level is: a day of them, so that each time of day has its say. */
export const shiftHours = 24
/** A level that is further away is a fault of counting, and no level. */
const mostRatio = 100

/** What an hour held, and what it would have held before the shift. */
export interface ShiftedHour {
  value: number
  expected: number
}

/**
 * How many times the old level the new one is: the middle of the hours, so that neither the burst that began it nor a quiet
 * hour decides. Undefined where no hour can be compared.
 */
export function levelRatio(hours: readonly ShiftedHour[]): number | undefined {
  const ratios = hours
    .filter(({ expected }) => expected > 0)
    .map(({ value, expected }) => value / expected)
    .sort((a, b) => a - b)
  const middle = ratios[Math.floor((ratios.length - 1) / 2)]
  return middle === undefined ? undefined : Math.min(mostRatio, Math.max(1 / mostRatio, middle))
}

/** Scales counts one after another to whole numbers; what rounding takes from one is given to the next. */
export function scaleCounts(ratio: number): (count: number) => number {
  let carried = 0
  return (count) => {
    const wanted = count * ratio + carried
    const scaled = Math.max(0, Math.round(wanted))
    carried = wanted - scaled
    return scaled
  }
}
