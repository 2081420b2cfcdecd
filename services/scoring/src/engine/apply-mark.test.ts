import type { Mark } from '@nabiz/shared/contracts'
import { expect, it } from 'vitest'
import { aWarmStory, day, hour, minute, monday, Story } from './testing/story.ts'

const from = monday + 8 * day
const to = from + 3 * hour

it('leaves a confirmed crisis out of what is usual, from then on', () => {
  const [calm, stormy] = [aStory({ hasStorm: false }), aStory({ hasStorm: true })]
  // In the middle of the same hours of the next day.
  stormy.pass(from + day + 90 * minute)
  calm.pass(from + day + 90 * minute)
  const usual = expectedHour(calm)
  expect(expectedHour(stormy)).toBeGreaterThan(3 * usual)
  expect(mark(stormy)).toEqual({ kind: 'applied' })
  stormy.pass(stormy.now + hour)
  calm.pass(calm.now + hour)
  expect(expectedHour(stormy) / expectedHour(calm)).toBeCloseTo(1, 1)
  const sigma = (story: Story) => lastHour(story)?.sigma ?? 0
  expect(sigma(stormy) / sigma(calm)).toBeLessThan(1.3)
})

it.each(['expected', 'false_alarm', 'new_normal', 'duplicate'] as const)('takes %s for usual', (kind) => {
  const story = aStory({ hasStorm: true })
  story.pass(from + day + 90 * minute)
  const before = expectedHour(story)
  expect(mark(story, { mark: kind })).toEqual({ kind: 'applied' })
  story.pass(story.now + minute)
  expect(expectedHour(story) / before).toBeCloseTo(1, 1)
})

it('goes on from a checkpoint as if there had been none', () => {
  const [whole, restored] = [aStory({ hasStorm: true }), aStory({ hasStorm: true })]
  for (const story of [whole, restored]) {
    story.pass(from + day)
    mark(story)
    if (story === restored) story.restore()
    story.pass(story.now + 2 * day, (index) => (index % 7 === 0 ? 1 : 0))
  }
  expect(restored.signals).toEqual(whole.signals)
})

it('changes nothing when nobody watches the brand, or when the crisis is long forgotten', () => {
  const story = aWarmStory(3)
  expect(mark(story, { brand: 'nobody' })).toEqual({ kind: 'dropped', reason: 'unknown_brand' })
  const before = expectedHour(story)
  mark(story, { from: 0, to: day })
  story.pass(story.now + hour)
  expect(expectedHour(story) / before).toBeLessThan(1.5)
})

function mark(story: Story, overrides: Partial<Mark> = {}) {
  return story.mark(overrides.mark ?? 'confirmed', from, to, overrides)
}

/** Eight days of a mention every second minute, and on the ninth perhaps three hours of thirty a minute. */
function aStory({ hasStorm }: { hasStorm: boolean }): Story {
  const story = new Story({ signals: ['volume'] })
  story.brand()
  story.heartbeat()
  const calm = (index: number) => (Math.imul(index, 2_654_435_761) >>> 8) % 2
  story.pass(from, calm, { author: undefined })
  story.pass(to, (index) => calm(index) + (hasStorm ? 30 : 0), { author: undefined })
  return story
}

function lastHour(story: Story) {
  return story.signals.filter(({ signal }) => signal === 'volume').at(-1)?.windows[0]
}

function expectedHour(story: Story): number {
  return lastHour(story)?.expected ?? 0
}
