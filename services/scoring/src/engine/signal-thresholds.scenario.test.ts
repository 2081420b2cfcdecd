import { thresholdsConfig } from '@nabiz/shared/contracts'
import { expect, it } from 'vitest'
import { thresholdsOf } from './brand-settings.ts'
import { aWarmStory, hour, minute, type Story } from './testing/story.ts'

it('judges a signal by what is said of it, and by what is said of all where nothing is', () => {
  const thresholds = thresholdsConfig.parse({
    id: 'default',
    warnAt: 0.7,
    floors: { smallPerHour: 12 },
    signals: { negative: { sensitivity: 2, floors: { ratioHour: 4 }, windows: { m5: 40 } } },
  })
  expect(thresholdsOf({ thresholds }, 'volume')).toBe(thresholds)
  const negative = thresholdsOf({ thresholds }, 'negative')
  expect(negative).toMatchObject({ sensitivity: 2, warnAt: 0.7, windows: { m5: 40, m60: 6 } })
  expect(negative.floors).toMatchObject({ ratioHour: 4, smallPerHour: 12 })
  expect(thresholdsOf({ thresholds }, 'negative')).toBe(negative)
})

it('keeps one signal from paging by its floor while the others go on', () => {
  const opened = (signals: object) => {
    const story = aWarmStory(4)
    story.thresholds({ signals })
    storm(story)
    return new Set(story.breaches.map(({ signal }) => signal))
  }
  expect(opened({})).toContain('negative')
  const quieter = opened({
    negative: { floors: { smallPerHour: 100_000, largePerHour: 100_000, shortCount: 100_000 } },
  })
  expect(quieter).not.toContain('negative')
  expect(quieter).toContain('volume')
})

it('makes a signal wait longer, and recover later, by its own numbers', () => {
  const first = (signals: object, transition: string) => {
    const story = aWarmStory(4)
    story.thresholds({ signals })
    const began = story.now
    storm(story)
    story.pass(story.now + 6 * hour)
    const told = story.breachesOf('volume').find((breach) => breach.transition === transition)
    return ((told?.at ?? 0) - began) / minute
  }
  const patient = { volume: { pendingEvaluations: 15, immediateAt: 100 } }
  expect(first(patient, 'opened') - first({}, 'opened')).toBeGreaterThanOrEqual(10)
  const long = { volume: { recoverMinutes: 120 } }
  expect(first(long, 'recovered') - first({}, 'recovered')).toBe(60)
})

it('pages nobody of a brand within its grace, and shows a warning', () => {
  const run = (graceHours: number) => {
    const story = aWarmStory(4)
    story.thresholds({ graceHours })
    storm(story)
    return story
  }
  expect(run(4 * 24).breaches).not.toEqual([])
  const silent = run(5 * 24)
  expect(silent.breaches).toEqual([])
  expect(silent.signals.some(({ severity }) => severity > 1)).toBe(true)
})

/** Forty minutes of twenty complaints a minute by as many people. */
function storm(story: Story): void {
  story.pass(story.now + 40 * minute, () => 20, { label: 'negative' })
}
