import { expect, it } from 'vitest'
import { turkishHolidays } from './turkish-holidays.ts'

it('has Ramazan Bayramı and Kurban Bayramı on the days on which they were announced', () => {
  const firstDays = (name: string, eveHours: number) =>
    turkishHolidays(2024, 2027)
      .filter((holiday) => holiday.names.tr === name)
      .map(({ from }) => new Date(from + eveHours * 3_600_000).toISOString().slice(0, 10))
  expect(firstDays('Ramazan Bayramı', 11)).toEqual(['2024-04-10', '2025-03-30', '2026-03-20', '2027-03-09'])
  expect(firstDays('Kurban Bayramı', 11)).toEqual(['2024-06-16', '2025-06-06', '2026-05-27', '2027-05-16'])
})

it('begins both at one in the afternoon of the day before, and ends them after three and four days', () => {
  const spans = turkishHolidays(2026, 2026)
    .filter(({ names }) => names.tr === 'Ramazan Bayramı' || names.tr === 'Kurban Bayramı')
    .map(({ from, to }) => [new Date(from).toISOString(), new Date(to).toISOString()])
  expect(spans).toEqual([
    ['2026-03-19T13:00:00.000Z', '2026-03-23T00:00:00.000Z'],
    ['2026-05-26T13:00:00.000Z', '2026-05-31T00:00:00.000Z'],
  ])
})

it('has a feast twice in a year in which the Islamic year begins early enough', () => {
  const feasts = turkishHolidays(2033, 2033).filter(({ names }) => names.tr === 'Ramazan Bayramı')
  expect(feasts.map(({ from }) => new Date(from).getUTCMonth())).toEqual([0, 11])
})

it('has the seven holidays of fixed dates every year, in order', () => {
  const holidays = turkishHolidays(2025, 2025)
  expect(holidays).toHaveLength(9)
  expect(holidays.map(({ from }) => from)).toEqual(holidays.map(({ from }) => from).sort((a, b) => a - b))
  expect(holidays.at(-1)?.names.en).toBe('Republic Day')
})
