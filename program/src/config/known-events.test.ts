import { brandConfig } from '@nabiz/shared/contracts'
import { expect, it } from 'vitest'
import { knownEvents } from './known-events.ts'

const now = Date.UTC(2026, 10, 25)

it('takes the times of an event for those of the brand’s zone, across a change of its clocks', () => {
  const events = [
    { name: 'Derby', from: '2026-03-28T19:00', to: '2026-03-29T12:00', factor: 3 },
    { name: 'Launch', from: '2026-01-10T09:30', to: '2026-01-10T11:00' },
  ]
  expect(knownEvents(aBrand({ timeZone: 'Europe/Berlin', calendar: { events } }), now)).toEqual([
    {
      from: Date.UTC(2026, 0, 10, 8, 30),
      to: Date.UTC(2026, 0, 10, 10),
      factor: 2,
      names: { tr: 'Launch', en: 'Launch' },
    },
    {
      from: Date.UTC(2026, 2, 28, 18),
      to: Date.UTC(2026, 2, 29, 10),
      factor: 3,
      names: { tr: 'Derby', en: 'Derby' },
    },
  ])
})

it('adds the holidays of Türkiye of last year, this year and next year, by the clocks of the brand', () => {
  const events = knownEvents(aBrand({ calendar: { holidays: ['TR'] } }), now) ?? []
  const feast = events.find(({ names, from }) => names.tr === 'Kurban Bayramı' && from > now)
  expect(feast).toMatchObject({
    from: Date.UTC(2027, 4, 15, 10),
    to: Date.UTC(2027, 4, 19, 21),
    factor: 1.3,
  })
  expect(events).toHaveLength(27)
})

it('knows nothing of a brand without a calendar', () => {
  expect(knownEvents(aBrand({}), now)).toBeUndefined()
})

it.each([
  [{ name: 'Derby', from: '2026-03-28T19:00', to: '2026-03-28T19:00' }, 'later than from'],
  [{ name: 'Derby', from: '28.03.2026', to: '2026-03-28T19:00' }, 'a local time such as 2026-11-28T19:00'],
  [{ name: 'Derby', from: '2026-02-30T19:00', to: '2026-03-28T19:00' }, 'a local time such as'],
  [{ name: 'Derby', from: '2026-03-28T19:00', to: '2026-05-28T19:00' }, 'at most 31 days'],
])('refuses an event that has no place in time: %j', (event, message) => {
  expect(() => aBrand({ calendar: { events: [event] } })).toThrow(message)
})

function aBrand(fields: Record<string, unknown>) {
  return brandConfig.parse({ id: 'kuzey', name: 'Kuzey', timeZone: 'Europe/Istanbul', ...fields })
}
