import { createZoneOffset, day, minute } from '@nabiz/shared/time'

/**
 * Offsets of an IANA zone in minutes east of UTC, each with the moment from which it holds, oldest first: from `fromMs`
 * to `toMs` (both UTC ms). Searched by halving, so to the minute.
 */
export function zoneOffsets(
  timeZone: string,
  fromMs: number,
  toMs: number,
): { from: number; minutes: number }[] {
  const offsetAt = createZoneOffset(timeZone)
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
