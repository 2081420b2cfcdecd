import { expect, it } from 'vitest'
import { hour, minute, Story } from './testing/story.ts'

const quiet = aBusyStory(5)

it('pages nobody by a fall unless it was asked for', () => {
  const story = quiet.fork()
  story.pass(story.now + 3 * hour)
  expect(story.breaches).toEqual([])
})

it('pages by a fall where it was asked for, from the minute it began, and recovers as mentions come back', () => {
  const story = quiet.fork()
  story.thresholds({ signals: { volume: { direction: 'fall' } } })
  const began = story.now
  story.pass(began + 2 * hour)
  const [opened] = story.breaches
  expect(opened).toMatchObject({ transition: 'opened', signal: 'volume' })
  expect(opened?.window).toMatchObject({ minutes: 60, direction: 'fall' })
  const { value = 0, boundary = 0, expected = 0, z = 0 } = opened?.window ?? {}
  expect(value).toBeLessThanOrEqual(boundary)
  expect(boundary).toBeLessThan(0.31 * expected)
  expect(z).toBeLessThan(0)
  expect(opened?.at).toBeLessThanOrEqual(began + hour + minute)
  expect(Math.abs((opened?.since ?? 0) - began)).toBeLessThanOrEqual(10 * minute)
  expect(opened?.evidence.projection).toBeUndefined()
  passBusy(story, 3 * hour)
  expect(story.breaches.map(({ transition }) => transition)).toEqual(['opened', 'recovered'])
})

it('pages by no rise where falls alone were asked for, and by either where both were', () => {
  const directions = (direction: string) => {
    const story = quiet.fork()
    story.thresholds({ signals: { volume: { direction } }, pages: { negative: false, negativity: false } })
    story.pass(story.now + hour, () => 20)
    return story.breachesOf('volume').map(({ window }) => window.direction)
  }
  expect(directions('fall')).toEqual([])
  expect(directions('both')).toContain(undefined)
})

it('takes for no fall what nobody saw, and needs an hour seen whole after it', () => {
  const story = quiet.fork()
  story.thresholds({ signals: { volume: { direction: 'both' } } })
  story.connectors = [{ platform: 'forum', account: 'main', condition: 'blind', reason: 'token refused' }]
  story.pass(story.now + 3 * hour)
  expect(story.breaches).toEqual([])
  story.connectors = [{ platform: 'forum', account: 'main', condition: 'ok' }]
  const seen = story.now
  story.pass(seen + 50 * minute)
  expect(story.breaches).toEqual([])
  story.pass(seen + 70 * minute)
  expect(story.breaches.map(({ window }) => window.direction)).toEqual(['fall'])
})

it('does not end the episode of a fall while nobody can see whether it is over', () => {
  const story = quiet.fork()
  story.thresholds({ signals: { volume: { direction: 'fall' } } })
  story.pass(story.now + 2 * hour)
  story.connectors = [{ platform: 'forum', account: 'main', condition: 'blind', reason: 'token refused' }]
  story.pass(story.now + 5 * minute)
  story.connectors = [{ platform: 'forum', account: 'main', condition: 'ok' }]
  story.pass(story.now + 2 * hour)
  expect(story.breaches.map(({ transition }) => transition)).toEqual(['opened'])
})

it('pages when hardly anybody writes any more, of authors too', () => {
  const story = quiet.fork()
  story.thresholds({ signals: { authors: { direction: 'fall' } }, pages: { authors: true } })
  story.pass(story.now + 2 * hour, () => 1, { author: { id: 'k1:one', followers: 5 } })
  expect(story.breachesOf('authors').map(({ window }) => window.direction)).toEqual(['fall'])
})

it('goes on from a checkpoint as if there had been none', () => {
  const [whole, restored] = [quiet.fork(), quiet.fork()]
  for (const story of [whole, restored]) {
    story.thresholds({ signals: { volume: { direction: 'both' } } })
    story.pass(story.now + 40 * minute)
    if (story === restored) story.restore()
    story.pass(story.now + hour)
  }
  expect(restored.breaches).not.toEqual([])
  expect(restored.breaches).toEqual(whole.breaches)
})

/** Days of about a mention a minute, at midnight UTC, without a breach. */
function aBusyStory(days: number): Story {
  const story = new Story({ signals: ['volume', 'authors'] })
  story.brand()
  story.heartbeat()
  passBusy(story, days * 24 * hour)
  if (story.breaches.length > 0) throw new Error('the quiet days of a story must not page')
  return story
}

function passBusy(story: Story, ms: number): void {
  story.pass(story.now + ms, (index) => (Math.imul(index, 2_654_435_761) >>> 8) % 3)
}
