import { expect, it } from 'vitest'
import { aWarmStory } from './testing/story.ts'

it('gives every evaluation it tells an id of its own, also when several fall between two heartbeats', () => {
  const story = aWarmStory(4)
  for (let left = 400; left > 0; left -= 1) story.mention({ label: 'negative', terms: ['bozuk'] })
  const ids = story.signals.map((signal) => signal.id)
  expect(story.breaches.map((breach) => breach.transition)).toContain('opened')
  expect(new Set(ids).size).toBe(ids.length)
})
