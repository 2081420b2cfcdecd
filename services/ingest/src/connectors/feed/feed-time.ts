import { toMs } from '../shared/fields.ts'

const zone = /(?:\b(?:UT|GMT|UTC|Z|[ECMP][SD]T)|[+-]\d\d:?\d\d)$/i

/** A feed's time, ms: RFC 3339, or RFC 822 with a weekday or without, its American zones and with none (UTC). */
export function feedTime(text: string | undefined): number | undefined {
  const time = text?.trim()
  if (!time) return undefined
  const iso = toMs(time)
  if (iso !== undefined) return iso
  // What Date.parse makes of other forms depends on the machine's zone.
  if (!/^(?:[a-z]{3,9},?\s+)?\d{1,2}[\s-][a-z]{3,9}[\s-]\d{2,4}\s+\d{1,2}:\d\d/i.test(time)) return undefined
  const ms = Date.parse(zone.test(time) ? time : `${time} GMT`)
  return Number.isNaN(ms) ? undefined : ms
}
