import { day, hour } from '@nabiz/shared/time'

/** A holiday as clocks on the spot show it: `from` and `to` in ms as if they were UTC, `to` exclusive. */
export interface LocalHoliday {
  from: number
  to: number
  names: { tr: string; en: string }
}

interface Dated {
  /** Month from 1. */
  month: number
  day: number
  days: number
  /** Hour of the day before at which people stop working, where they do. */
  eveFromHour?: number
  names: { tr: string; en: string }
}

const names = (tr: string, en: string) => ({ tr, en })

/** Public holidays of Türkiye on fixed dates, by law 2429. */
const fixed: readonly Dated[] = [
  { month: 1, day: 1, days: 1, names: names('Yılbaşı', "New Year's Day") },
  {
    month: 4,
    day: 23,
    days: 1,
    names: names('Ulusal Egemenlik ve Çocuk Bayramı', 'National Sovereignty and Children’s Day'),
  },
  { month: 5, day: 1, days: 1, names: names('Emek ve Dayanışma Günü', 'Labour Day') },
  {
    month: 5,
    day: 19,
    days: 1,
    names: names('Atatürk’ü Anma, Gençlik ve Spor Bayramı', 'Commemoration of Atatürk, Youth and Sports Day'),
  },
  {
    month: 7,
    day: 15,
    days: 1,
    names: names('Demokrasi ve Millî Birlik Günü', 'Democracy and National Unity Day'),
  },
  { month: 8, day: 30, days: 1, names: names('Zafer Bayramı', 'Victory Day') },
  {
    month: 10,
    day: 29,
    days: 1,
    eveFromHour: 13,
    names: names('Cumhuriyet Bayramı', 'Republic Day'),
  },
]

/** The same by the Islamic calendar, whose year is 10 or 11 days shorter. */
const islamic: readonly Dated[] = [
  {
    month: 10,
    day: 1,
    days: 3,
    eveFromHour: 13,
    names: names('Ramazan Bayramı', 'Ramazan Bayramı (end of Ramadan)'),
  },
  {
    month: 12,
    day: 10,
    days: 4,
    eveFromHour: 13,
    names: names('Kurban Bayramı', 'Kurban Bayramı (feast of sacrifice)'),
  },
]

/** Holidays of Türkiye that begin in the years from `firstYear` to `lastYear`, by time. */
export function turkishHolidays(firstYear: number, lastYear: number): LocalHoliday[] {
  const holidays: LocalHoliday[] = []
  for (let year = firstYear; year <= lastYear; year += 1) {
    for (const each of fixed) holidays.push(spanOf(each, Date.UTC(year, each.month - 1, each.day)))
    for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at += day) {
      const { month, dayOfMonth } = islamicDate(at)
      const each = islamic.find((entry) => entry.month === month && entry.day === dayOfMonth)
      if (each) holidays.push(spanOf(each, at))
    }
  }
  return holidays.sort((a, b) => a.from - b.from || a.to - b.to)
}

function spanOf({ days, eveFromHour, names }: Dated, first: number): LocalHoliday {
  const from = eveFromHour === undefined ? first : first - day + eveFromHour * hour
  return { from, to: first + days * day, names }
}

/** The calculated calendar that the announced dates of 2024 to 2027 follow. */
const umalqura = new Intl.DateTimeFormat('en-u-ca-islamic-umalqura-nu-latn', {
  timeZone: 'UTC',
  month: 'numeric',
  day: 'numeric',
})

function islamicDate(at: number): { month: number; dayOfMonth: number } {
  const parts = new Map(umalqura.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
  return { month: parts.get('month') ?? 0, dayOfMonth: parts.get('day') ?? 0 }
}
