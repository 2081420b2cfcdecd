import { minute } from '@nabiz/shared/time'

/** A row's time as it is written: a moment, or a local time that its zone has yet to place. */
export type WrittenTime = { kind: 'moment'; at: number } | { kind: 'local'; at: number }

const shape =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)? ?(Z|UTC|[+-]\d{2}(?::?\d{2})?)?$/i

/** Day of the row before, as it was written, and its first ms: rows of one day follow one another. */
let latest = { day: '', at: 0 }

/** What nearly every row is: `2026-03-10 09:05:00`, or a UTC moment in ISO 8601 to the second or ms; undefined says nothing. */
function readIso(text: string): WrittenTime | undefined {
  const isLocal = text.length === 19
  const isMoment = (text.length === 24 || text.length === 20) && text.charCodeAt(text.length - 1) === 90
  const between = text.charCodeAt(10)
  if (!(isLocal || isMoment) || !(between === 84 || between === 32)) return undefined
  if (text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return undefined
  if (text.length === 24 && text.charCodeAt(19) !== 46) return undefined
  const [hours, minutes, seconds] = [digits(text, 11, 2), digits(text, 14, 2), digits(text, 17, 2)]
  const ms = text.length === 24 ? digits(text, 20, 3) : 0
  if (!(hours <= 23 && minutes <= 59 && seconds <= 59 && ms <= 999)) return undefined
  if (!text.startsWith(latest.day) || latest.day === '') {
    const found = readWritten(text)
    if (found === undefined) return undefined
    const ofDay = ((hours * 60 + minutes) * 60 + seconds) * 1_000 + ms
    latest = { day: text.slice(0, 10), at: found.at - ofDay }
  }
  const at = latest.at + ((hours * 60 + minutes) * 60 + seconds) * 1_000 + ms
  return { kind: isLocal ? 'local' : 'moment', at }
}

/** So many digits as a number; NaN where one is none. */
function digits(text: string, from: number, count: number): number {
  let value = 0
  for (let at = from; at < from + count; at += 1) {
    const digit = text.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

/** Reads `2026-03-10 09:05`, with seconds, `Z` or an offset; undefined where it is no such time or no such day exists. */
export function readTime(text: string): WrittenTime | undefined {
  return readIso(text) ?? readWritten(text)
}

function readWritten(text: string): WrittenTime | undefined {
  const found = shape.exec(text)
  if (found === null) return undefined
  const [, year, month, day, hours, minutes, seconds = '0', fraction = '0', zone] = found
  const [y, m, d, h] = [Number(year), Number(month), Number(day), Number(hours)]
  const [min, s] = [Number(minutes), Number(seconds)]
  if (h > 23 || min > 59 || s > 59) return undefined
  const at = Date.UTC(y, m - 1, d, h, min, s, Math.floor(Number(`0.${fraction}`) * 1_000))
  const back = new Date(at)
  // A day that does not exist would have been carried into the next month.
  if (back.getUTCFullYear() !== y || back.getUTCMonth() + 1 !== m || back.getUTCDate() !== d) return undefined
  if (zone === undefined) return { kind: 'local', at }
  const offset = offsetOf(zone)
  return offset === undefined ? undefined : { kind: 'moment', at: at - offset * minute }
}

function offsetOf(zone: string): number | undefined {
  if (/^(Z|UTC)$/i.test(zone)) return 0
  const written = zone.slice(1).replace(':', '').padEnd(4, '0')
  const hours = Number(written.slice(0, 2))
  const minutes = Number(written.slice(2))
  if (hours > 14 || minutes > 59) return undefined
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}

/** The moments at which clocks with these offsets show a local time: none in a skipped hour, two in a repeated one. */
export function momentsOf(local: number, offsets: readonly { from: number; minutes: number }[]): number[] {
  const moments: number[] = []
  offsets.forEach(({ from, minutes }, index) => {
    const at = local - minutes * minute
    const until = offsets[index + 1]?.from ?? Number.POSITIVE_INFINITY
    if ((index === 0 || at >= from) && at < until) moments.push(at)
  })
  return moments
}
