import { expect, it } from 'vitest'
import { eventIn } from './known-events.ts'
import { aWarmStory, hour, minute } from './testing/story.ts'

const derby = { tr: 'Derbi', en: 'Derby' }

it('asks for more while a known event is on, and says so in what it pages', () => {
  const usual = aWarmStory(3)
  const known = aWarmStory(3)
  const { now } = known
  known.brand('kuzey', { knownEvents: [{ from: now, to: now + hour, factor: 3, names: derby }] }, 5)
  for (const story of [usual, known]) story.pass(now + 40 * minute, () => 5)
  const [first] = usual.breachesOf('volume')
  const [later] = known.breachesOf('volume')
  expect(first?.evidence.event).toBeUndefined()
  expect(later?.evidence.event).toEqual({ names: derby, factor: 3 })
  expect(later?.at).toBeGreaterThan(first?.at ?? Number.POSITIVE_INFINITY)
})

it('judges as ever before and after the event', () => {
  const story = aWarmStory(3)
  const { now } = story
  const events = [
    { from: now - 2 * hour, to: now, factor: 10, names: derby },
    { from: now + hour, to: now + 2 * hour, factor: 10, names: derby },
  ]
  story.brand('kuzey', { knownEvents: events }, 5)
  const usual = aWarmStory(3)
  for (const each of [story, usual]) each.pass(now + 10 * minute, () => 5)
  expect(story.breaches).toEqual(usual.breaches)
  expect(story.breaches.length).toBeGreaterThan(0)
})

it('judges the same after a restart in the middle of an event', () => {
  const stories = [aWarmStory(2), aWarmStory(2)]
  for (const [index, story] of stories.entries()) {
    const { now } = story
    story.brand('kuzey', { knownEvents: [{ from: now, to: now + hour, factor: 2, names: derby }] }, 5)
    story.pass(now + 5 * minute, () => 4)
    if (index === 1) story.restore()
    story.pass(now + 20 * minute, () => 4)
  }
  expect(stories[1]?.breaches).toEqual(stories[0]?.breaches)
})

it('takes the widest of several events, from its first minute to the one before its end', () => {
  const bucketMs = 5 * minute
  const knownEvents = [
    { from: 0, to: 4 * bucketMs, factor: 1.3, names: derby },
    { from: bucketMs, to: 2 * bucketMs, factor: 2, names: derby },
  ]
  const factors = [0, 1, 2, 3, 4].map((bucket) => eventIn({ knownEvents }, bucket)?.factor)
  expect(factors).toEqual([1.3, 2, 1.3, 1.3, undefined])
})
