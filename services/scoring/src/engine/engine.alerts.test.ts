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

/** Poisson counts by the minute with a rhythm; a dozen storms of random height and length, some close to one another. */
function aSeries(perHour: number, seed: number): number[] {
  const random = seeded(seed)
  const counts = Array.from({ length: 18 * 1_440 }, (_, at) =>
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
