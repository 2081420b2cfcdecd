import { expect, it } from 'vitest'
import { poisson, rhythm, seeded } from './baseline/testing/random-series.ts'
import { type PlainAlert, plainAlerts } from './testing/plain-alerts.ts'
import { minute, monday, Story } from './testing/story.ts'

it.each([
  ['a large brand', 400, 1],
  ['a brand with small counts', 25, 2],
  ['a brand with bursts every day', 120, 3],
])(
  'tells of %s, over 18 days, the very alerts that the rule gives for the whole series',
  (_who, perHour, seed) => {
    const perMinute = aSeries(perHour, seed)
    const streamed = stream(perMinute)
    const plain = plainAlerts(perMinute)
    expect(streamed).toEqual(
      plain.map((alert) => ({ ...alert, severity: Number(alert.severity.toPrecision(6)) })),
    )
    const events = new Set(plain.map(({ event }) => event))
    expect([...events].sort()).toEqual(['escalated', 'opened', 'recovered'])
    expect(plain.filter(({ event }) => event === 'opened').length).toBeGreaterThanOrEqual(4)
  },
)

it.each([5, 12, 40])(
  'pages nobody for %i steady mentions an hour, however long they have been calm',
  (perHour) => {
    const random = seeded(perHour)
    const perMinute = Array.from({ length: 28 * 1_440 }, (_, at) =>
      poisson(rhythm(perHour, Math.floor(at / 5)) / 5, random),
    )
    expect(stream(perMinute)).toEqual([])
  },
)

it('hears a restless calm brand sooner, and later after it has paged', () => {
  const days = (storms: number[]) => {
    const random = seeded(4)
    // Uneven by more than chance: every minute has twice the mentions or none.
    const perMinute = Array.from({ length: 26 * 1_440 }, () => (random() < 0.5 ? 0 : 2 * poisson(1, random)))
    for (const day of storms) for (let at = day * 1_440; at < day * 1_440 + 30; at += 1) perMinute[at] = 60
    for (let at = 25 * 1_440; at < 25 * 1_440 + 60; at += 1) perMinute[at] = (perMinute[at] ?? 0) + 3
    return stream(perMinute)
      .filter(({ event }) => event === 'opened')
      .map(({ minute: at }) => at - 25 * 1_440)
      .filter((at) => at >= 0)
  }
  const [calm = Number.POSITIVE_INFINITY] = days([])
  const [restless = Number.POSITIVE_INFINITY] = days([17, 19, 21, 23])
  expect(calm).toBeLessThan(60)
  expect(restless).toBeGreaterThan(calm)
})

/** Poisson counts by the minute with a rhythm; a dozen storms of random height and length, some close to one another. */
function aSeries(perHour: number, seed: number): number[] {
  const random = seeded(seed)
  const counts = Array.from({ length: 16 * 1_440 }, (_, at) =>
    poisson(rhythm(perHour, Math.floor(at / 5)) / 5, random),
  )
  for (let storm = 0; storm < 14; storm += 1) {
    const from = Math.floor(random() * counts.length)
    const added = (perHour / 60) * (3 + 40 * random() ** 2) + 1
    for (let at = from; at < from + 5 + 120 * random() && at < counts.length; at += 1)
      counts[at] = (counts[at] ?? 0) + poisson(added, random)
  }
  return counts
}

function stream(perMinute: readonly number[]): PlainAlert[] {
  const story = new Story({ signals: ['volume'] })
  story.brand('kuzey', { zoneOffsets: [{ from: 0, minutes: 0 }] })
  story.heartbeat()
  for (const mentions of perMinute) {
    story.count(mentions)
    story.heartbeat(story.now + minute)
  }
  return story.breaches.map(({ at, transition, severity, joins }) => ({
    minute: (at - monday) / minute,
    event: transition,
    severity,
    joins: joins !== undefined,
  }))
}
