const minuteMs = 60_000

/**
 * Reads the offset of an IANA zone at a moment (ms), in whole minutes east of UTC, from Node's own time zone data.
 * Throws RangeError for a zone that does not exist.
 */
export function createZoneOffset(timeZone: string): (at: number) => number {
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
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = parts
    const local = Date.UTC(year, month - 1, day, hour, minute)
    return Math.round((local - Math.floor(at / minuteMs) * minuteMs) / minuteMs)
  }
}
