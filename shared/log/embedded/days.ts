import { day as dayMs } from '../../time/index.ts'
import type { DayMeta } from './meta-file.ts'

/** The one "day" of a compacted topic. */
export const wholeTopic = 'all'

/** UTC day of a time, `YYYY-MM-DD`. */
export function dayOf(timestamp: number): string {
  return new Date(timestamp).toISOString().slice(0, 10)
}

/** First ms after a day; a compacted topic's never ends. */
export function endOfDay(day: string): number {
  return day === wholeTopic ? Number.POSITIVE_INFINITY : Date.parse(`${day}T00:00:00Z`) + dayMs
}

/** Index of the day that holds an offset, or will: the last one that begins at or before it. 0 when none does. */
export function dayIndexOf(days: readonly DayMeta[], partition: number, offset: number): number {
  let low = 0
  let high = days.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((days[middle]?.base[partition] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}
