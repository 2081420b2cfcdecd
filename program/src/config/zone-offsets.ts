import { day, minute } from '@nabiz/shared/time'

/**
 * Offsets of an IANA zone in minutes east of UTC, each with the moment from which it holds, oldest first: from `fromMs`
 * to `toMs` (both UTC ms). Node's own time zone data, searched by halving, so to the minute.
 */
export function zoneOffsets(
  timeZone: string,
  fromMs: number,
  toMs: number,
): { from: number; minutes: number }[] {
  const offsetAt = offsetReader(timeZone)
  const offsets = [{ from: 0, minutes: offsetAt(fromMs) }]
  let before = offsets[0]?.minutes ?? 0
  for (let at = fromMs + day; at <= toMs; at += day) {
    const now = offsetAt(at)
    if (now === before) continue
    let low = at - day
    let high = at
    while (high - low > minute) {
      const middle = low + Math.floor((high - low) / 2 / minute) * minute
      if (offsetAt(middle) === before) low = middle
      else high = middle
    }
    offsets.push({ from: high, minutes: now })
    before = now
  }
  return offsets
}

function offsetReader(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  })
  return (at) => {
    const parts = Object.fromEntries(format.formatToParts(at).map((part) => [part.type, Number(part.value)]))
    const { year = 0, month = 1, day: dayOfMonth = 1, hour = 0, minute: minuteOfHour = 0 } = parts
    const local = Date.UTC(year, month - 1, dayOfMonth, hour, minuteOfHour)
    return Math.round((local - Math.floor(at / minute) * minute) / minute)
  }
}
