import { transition } from '@nabiz/shared/contracts'
import { expect, it } from 'vitest'
import { day, hour, minute, Story } from './testing/story.ts'

it('finds a storm over a warm brand within the minute in which it is plain', () => {
  const story = warmStory(15)
  const began = story.now
  story.pass(began + 3 * minute, () => 40, { label: 'negative', terms: ['kargo', 'rezalet'] })
  const [breach] = story.breachesOf('volume')
  expect(breach).toMatchObject({ transition: 'opened', scope: 'all', brand: 'kuzey', config: 'default' })
  expect((breach?.at ?? 0) - began).toBeLessThanOrEqual(2 * minute)
  expect(breach?.since).toBeGreaterThanOrEqual(began)
  expect(breach?.evidence.terms.map((term) => term.name)).toEqual(
    expect.arrayContaining(['kargo', 'rezalet']),
  )
  expect(breach?.evidence.samples).toHaveLength(3)
  expect(breach?.evidence.confidence).toBe('high')
  expect(transition.safeParse(breach).error).toBeUndefined()
})

it('opens one breach per episode and recovers it after 60 calm minutes', () => {
  const story = warmStory(4)
  story.pass(story.now + 5 * minute, () => 40)
  story.pass(story.now + 3 * hour)
  const steps = story.breachesOf('volume').map((breach) => breach.transition)
  expect(steps.filter((step) => step === 'opened')).toHaveLength(1)
  expect(steps.at(-1)).toBe('recovered')
})

function warmStory(days: number): Story {
  const story = new Story()
  story.brand()
  story.heartbeat()
  story.passQuietDays(days)
  expect(story.breaches).toEqual([])
  expect(story.now % day).toBe(0)
  return story
}
