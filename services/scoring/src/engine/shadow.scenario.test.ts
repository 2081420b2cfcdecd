import { expect, it } from 'vitest'
import { aWarmStory, hour, minute, type Story } from './testing/story.ts'

it('says what other thresholds would have told people, and tells nobody', () => {
  const story = aTrial(
    { sensitivity: 0.5 },
    { sensitivity: 5, floors: { smallPerHour: 100_000, largePerHour: 100_000 } },
  )
  storm(story)
  expect(story.breaches).toEqual([])
  const told = shadows(story).filter(({ transition }) => transition !== undefined)
  expect(told.map(({ signal, transition }) => `${signal} ${transition}`)).toContain('volume opened')
  expect(told.at(-1)).toMatchObject({ transition: 'recovered', state: 'ok' })
  expect(new Set(shadows(story).map(({ config }) => config))).toEqual(new Set(['tried']))
  expect(story.signals.some(({ shadow, config }) => shadow === undefined && config !== 'tried')).toBe(true)
  expect(new Set(story.signals.map(({ id }) => id)).size).toBe(story.signals.length)
})

it('changes nothing of what those in force say', () => {
  const [alone, beside] = [aTrial(undefined, {}), aTrial({ sensitivity: 0.3 }, {})]
  for (const story of [alone, beside]) storm(story)
  expect(beside.breaches).toEqual(alone.breaches)
  expect(beside.signals.filter(({ shadow }) => shadow === undefined)).toEqual(alone.signals)
  expect(beside.counts).toEqual(alone.counts)
  expect(alone.breaches).not.toEqual([])
})

it('goes on from a checkpoint as if there had been none', () => {
  const [whole, restored] = [aTrial({ sensitivity: 0.5 }, {}), aTrial({ sensitivity: 0.5 }, {})]
  for (const story of [whole, restored]) {
    story.pass(story.now + 10 * minute, () => 20, { label: 'negative' })
    if (story === restored) story.restore()
    story.pass(story.now + 4 * hour)
  }
  expect(restored.signals).toEqual(whole.signals)
  expect(shadows(restored).filter(({ transition }) => transition === 'recovered')).not.toEqual([])
})

it('ends with the trial, and leaves nothing in the store', () => {
  const story = aTrial({ sensitivity: 0.5 }, {})
  story.pass(story.now + 2 * minute)
  story.restore()
  expect([...story.values.keys()]).toContain('s/kuzey')
  story.brand('kuzey', {}, 50)
  story.pass(story.now + hour)
  story.restore()
  expect([...story.values.keys()]).not.toContain('s/kuzey')
  const ended = story.now
  story.pass(story.now + 2 * hour)
  expect(shadows(story).filter(({ at }) => at > ended)).toEqual([])
})

/** A brand with four quiet days behind it that tries thresholds; undefined: none. */
function aTrial(tried: object | undefined, inForce: Record<string, unknown>): Story {
  const story = aWarmStory(4)
  story.thresholds(inForce, 10)
  if (tried === undefined) {
    story.brand('kuzey', {}, 12)
    return story
  }
  story.tryThresholds({ ...tried })
  return story
}

function storm(story: Story): void {
  story.pass(story.now + 40 * minute, () => 20, { label: 'negative' })
  story.pass(story.now + 6 * hour)
}

function shadows(story: Story) {
  return story.signals.filter(({ shadow }) => shadow === true)
}
