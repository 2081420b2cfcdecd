import { createZoneOffset, day, hour, minute } from '@nabiz/shared/time'

export const sectors = ['airline', 'delivery', 'mobile'] as const
export type Sector = (typeof sectors)[number]

interface Rhythm {
  /** Relative volume of each local hour, midnight first. */
  hours: readonly number[]
  /** Relative volume of each weekday, Sunday first. */
  weekdays: readonly number[]
}

const rhythms: Record<Sector, Rhythm> = {
  airline: {
    hours: [
      0.35, 0.22, 0.18, 0.2, 0.35, 0.6, 0.85, 1.1, 1.25, 1.3, 1.3, 1.25, 1.25, 1.25, 1.25, 1.3, 1.35, 1.4,
      1.45, 1.5, 1.45, 1.25, 0.95, 0.6,
    ],
    weekdays: [1.1, 1.1, 0.9, 0.9, 0.95, 1.15, 0.9],
  },
  delivery: {
    hours: [
      0.55, 0.35, 0.22, 0.15, 0.12, 0.15, 0.25, 0.4, 0.6, 0.75, 0.9, 1.2, 1.6, 1.5, 1.1, 0.95, 1.05, 1.35,
      1.85, 2.2, 2.15, 1.75, 1.25, 0.8,
    ],
    weekdays: [1.25, 0.85, 0.85, 0.9, 0.95, 1.1, 1.2],
  },
  mobile: {
    hours: [
      0.4, 0.28, 0.2, 0.18, 0.2, 0.3, 0.55, 0.9, 1.25, 1.4, 1.45, 1.4, 1.35, 1.35, 1.35, 1.3, 1.3, 1.35, 1.4,
      1.45, 1.4, 1.2, 0.9, 0.6,
    ],
    weekdays: [0.8, 1.15, 1.1, 1.05, 1.05, 1.0, 0.85],
  },
}

/** Volume at a moment as a factor of the week's mean: 1 on average over a local week, smooth between hours. */
export function createRhythm(sector: Sector, timeZone: string): (at: number) => number {
  const { hours, weekdays } = rhythms[sector]
  const scale = mean(hours) * mean(weekdays)
  const toLocal = createLocalTime(timeZone)
  return (at) => {
    const local = toLocal(at)
    const weekday = new Date(local).getUTCDay()
    const hourOfDay = (local - Math.floor(local / day) * day) / hour
    const index = Math.floor(hourOfDay)
    const from = hours[index] ?? 1
    const to = hours[(index + 1) % 24] ?? 1
    return ((from + (to - from) * (hourOfDay - index)) * (weekdays[weekday] ?? 1)) / scale
  }
}

/** Local time as the ms since the epoch at which UTC shows the same digits; the zone is asked once a quarter hour. */
export function createLocalTime(timeZone: string): (at: number) => number {
  const offsetAt = createZoneOffset(timeZone)
  const quarter = hour / 4
  let known = Number.NaN
  let offset = 0
  return (at) => {
    const start = Math.floor(at / quarter) * quarter
    if (start !== known) {
      offset = offsetAt(start) * minute
      known = start
    }
    return at + offset
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
