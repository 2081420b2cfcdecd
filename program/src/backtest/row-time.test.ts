import { expect, it } from 'vitest'
import { momentsOf, readTime } from './row-time.ts'

it.each([
  ['2026-03-10 09:05', 'local', '2026-03-10T09:05:00.000Z'],
  ['2026-03-10 09:05:53', 'local', '2026-03-10T09:05:53.000Z'],
  ['2026-03-11T09:05:53', 'local', '2026-03-11T09:05:53.000Z'],
  ['2026-03-10 09:05:53.000000', 'local', '2026-03-10T09:05:53.000Z'],
  ['2026-03-10T09:05:00Z', 'moment', '2026-03-10T09:05:00.000Z'],
  ['2026-03-10T09:05:00.250+03:00', 'moment', '2026-03-10T06:05:00.250Z'],
  ['2026-03-10 09:05:00 -0330', 'moment', '2026-03-10T12:35:00.000Z'],
  ['2024-02-29 00:00:00 UTC', 'moment', '2024-02-29T00:00:00.000Z'],
])('reads %s', (text, kind, at) => {
  expect(readTime(text)).toEqual({ kind, at: Date.parse(at) })
})

it.each([
  ['a day that does not exist', '2026-02-29 09:05'],
  ['a month that does not exist', '2026-13-01 09:05'],
  ['an hour that does not exist', '2026-03-10 24:00'],
  ['a minute that does not exist', '2026-03-10 09:60'],
  ['an offset that does not exist', '2026-03-10 09:05+25:00'],
  ['a zone by name', '2026-03-10 09:05 Europe/Istanbul'],
  ['a day without a time', '2026-03-10'],
  ['a day before its month', '10.03.2026 09:05'],
  ['seconds since 1970', '1773133500'],
  ['nothing', ''],
])('does not understand %s', (_what, text) => {
  expect(readTime(text)).toBeUndefined()
})

it('finds no moment in a skipped hour, two in a repeated one, one otherwise', () => {
  const spring = Date.UTC(2026, 2, 29, 1)
  const autumn = Date.UTC(2026, 9, 25, 1)
  const offsets = [
    { from: 0, minutes: 60 },
    { from: spring, minutes: 120 },
    { from: autumn, minutes: 60 },
  ]
  expect(momentsOf(Date.UTC(2026, 2, 29, 2, 30), offsets)).toEqual([])
  expect(momentsOf(Date.UTC(2026, 2, 29, 3), offsets)).toEqual([spring])
  expect(momentsOf(Date.UTC(2026, 9, 25, 2, 30), offsets)).toEqual([
    Date.UTC(2026, 9, 25, 0, 30),
    Date.UTC(2026, 9, 25, 1, 30),
  ])
  expect(momentsOf(Date.UTC(2026, 9, 25, 3), offsets)).toEqual([Date.UTC(2026, 9, 25, 2)])
})

it('reads rows of one day after those of another, and refuses what only looks like a day', () => {
  const at = (text: string) => readTime(text)?.at
  expect(at('2026-03-10T09:05:00Z')).toBe(Date.UTC(2026, 2, 10, 9, 5))
  expect(at('2026-03-10T23:59:59.999Z')).toBe(Date.UTC(2026, 2, 10, 23, 59, 59, 999))
  expect(at('2026-03-11T00:00:00.000Z')).toBe(Date.UTC(2026, 2, 11))
  expect(at('2026-03-10T00:00:00.000Z')).toBe(Date.UTC(2026, 2, 10))
  for (const text of [
    '2026-02-30T00:00:00Z',
    '2026-03-10T24:00:00Z',
    '2026-03-10T0a:00:00Z',
    '2026-03-10T00:00:00,000Z',
    '2026-03-1xT00:00:00Z',
  ])
    expect([text, readTime(text)]).toEqual([text, undefined])
})
