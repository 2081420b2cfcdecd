import type { BrandConfig, BrandVersion } from '@nabiz/shared/contracts'
import { createZoneOffset, minute } from '@nabiz/shared/time'
import { turkishHolidays } from './turkish-holidays.ts'

type KnownEvents = NonNullable<BrandVersion['knownEvents']>

/**
 * A brand's known days as moments, by time: its events, and the holidays of its countries from the year before `now` to
 * the year after. Undefined where it has no calendar.
 */
export function knownEvents(
  { calendar, timeZone }: Pick<BrandConfig, 'calendar' | 'timeZone'>,
  now: number,
): KnownEvents | undefined {
  if (calendar === undefined) return undefined
  const offsetAt = createZoneOffset(timeZone)
  const momentOf = (local: number) => {
    const near = local - offsetAt(local) * minute
    return local - offsetAt(near) * minute
  }
  const events: KnownEvents = calendar.events.map(({ name, from, to, factor }) => ({
    from: momentOf(Date.parse(`${from}Z`)),
    to: momentOf(Date.parse(`${to}Z`)),
    factor,
    names: { tr: name, en: name },
  }))
  if (calendar.holidays.includes('TR')) {
    const year = new Date(now).getUTCFullYear()
    for (const { from, to, names } of turkishHolidays(year - 1, year + 1))
      events.push({ from: momentOf(from), to: momentOf(to), factor: calendar.holidayFactor, names })
  }
  return events.sort((a, b) => a.from - b.from || a.to - b.to)
}
