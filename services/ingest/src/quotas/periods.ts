import { createZoneOffset, day, hour, minute } from '@nabiz/shared/time'

/** Periods of a fixed length that begin with their first call: "300 in 5 minutes". */
export function every(lengthMs: number): (now: number) => number {
  return (now) => now + lengthMs
}

/** Days that begin at midnight in a zone, summer time included: YouTube's units reset at midnight Pacific. */
export function everyDayIn(timeZone: string): (now: number) => number {
  const offsetAt = createZoneOffset(timeZone)
  return (now) => {
    const local = now + offsetAt(now) * minute
    const nextLocal = (Math.floor(local / day) + 1) * day
    const guess = nextLocal - offsetAt(now) * minute
    // The offset at midnight may be another one than now.
    const exact = nextLocal - offsetAt(guess) * minute
    return exact > now ? exact : exact + hour
  }
}

/** Calendar months in UTC: a monthly budget of paid reads. */
export function everyMonth(now: number): number {
  const date = new Date(now)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)
}
