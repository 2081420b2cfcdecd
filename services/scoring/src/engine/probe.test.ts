import { transition } from '@nabiz/shared/contracts'
import { expect, it } from 'vitest'
import { minute, Story } from './testing/story.ts'

it('opens a page for a mention of the probe brand at the next minute and recovers it a minute later', () => {
  const story = aProbe()
  story.mention({ id: 'probe-1' })
  expect(story.breaches).toEqual([])
  const began = story.now
  story.pass(began + 5 * minute)
  expect(story.breaches.map((breach) => [breach.transition, breach.at - began])).toEqual([
    ['opened', minute],
    ['recovered', 2 * minute],
  ])
  for (const breach of story.breaches) {
    expect(breach.probe).toBe(true)
    expect(breach.episode).toBe(story.breaches[0]?.id)
    expect(transition.strict().safeParse(breach).error).toBeUndefined()
  }
})

it('says nothing in signals and counts about the probe brand, however much is written', () => {
  const story = aProbe()
  story.pass(story.now + 10 * minute, () => 200)
  expect(story.signals).toEqual([])
  expect(story.counts).toEqual([])
})

it('opens a page of its own for each probe, across checkpoints', () => {
  const story = aProbe()
  for (let probe = 0; probe < 3; probe += 1) {
    story.mention({ id: `probe-${probe}` })
    story.mention({ id: `probe-${probe}` })
    story.restore()
    story.pass(story.now + 10 * minute)
  }
  const ids = story.breaches.filter((breach) => breach.transition === 'opened').map((breach) => breach.id)
  expect(new Set(ids).size).toBe(3)
  expect(story.breaches).toHaveLength(6)
})

function aProbe(): Story {
  const story = new Story()
  story.brand('kuzey', { probe: true })
  story.heartbeat()
  return story
}
