import type { Mark } from '@nabiz/shared/contracts'
import { describe, expect, it } from 'vitest'
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

it.each(['expected', 'false_alarm', 'duplicate'] as const)('takes %s for usual', (kind) => {
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

describe('a new normal', () => {
  it('is expected at once, where it would take two weeks, with the rhythm of before', () => {
    const [told, untold] = [aShiftedStory(), aShiftedStory()]
    expect(mark(told, { mark: 'new_normal' })).toEqual({ kind: 'applied' })
    for (const story of [told, untold]) story.pass(from + 26 * hour, shifted, { author: undefined })
    // Four a minute more than the half of before.
    expect(expectedHour(told) / 270).toBeCloseTo(1, 1)
    expect(expectedHour(untold)).toBeLessThan(100)
  })

  it('lets the running episode end, and pages no more for the same level', () => {
    const [told, untold] = [aShiftedStory(), aShiftedStory()]
    expect(told.breaches.map(({ transition }) => transition)).toContain('opened')
    mark(told, { mark: 'new_normal' })
    const before = told.breaches.length
    for (const story of [told, untold]) story.pass(from + 3 * day, shifted, { author: undefined })
    expect(told.breaches.slice(before).map(({ transition }) => transition)).toEqual(['recovered'])
    expect(recoveredAt(untold) - recoveredAt(told)).toBeGreaterThan(12 * hour)
  })

  it('still pages what stands above the new level', () => {
    const story = aShiftedStory()
    mark(story, { mark: 'new_normal' })
    story.pass(from + 26 * hour, shifted, { author: undefined })
    const before = story.breaches.length
    story.pass(story.now + hour, (index) => shifted(index) + 30, { author: undefined })
    expect(story.breaches.slice(before).map(({ transition }) => transition)).toContain('opened')
  })

  it('waits for an hour of the new level: before, nothing is known of it', () => {
    const story = aShiftedStory(30 * minute)
    const before = expectedHour(story)
    expect(mark(story, { mark: 'new_normal' })).toEqual({ kind: 'applied' })
    story.pass(story.now + hour, shifted, { author: undefined })
    expect(expectedHour(story)).toBeLessThan(2 * before)
  })

  it('goes on from a checkpoint as if there had been none', () => {
    const [whole, restored] = [aShiftedStory(), aShiftedStory()]
    for (const story of [whole, restored]) {
      mark(story, { mark: 'new_normal' })
      if (story === restored) story.restore()
      story.pass(story.now + 5 * hour, shifted, { author: undefined })
    }
    expect(restored.signals).toEqual(whole.signals)
  })
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

/** The same eight days, and since then four mentions a minute more. */
function aShiftedStory(lasting = 3 * hour): Story {
  const story = new Story({ signals: ['volume'] })
  story.brand()
  story.heartbeat()
  story.pass(from, (index) => shifted(index) - 4, { author: undefined })
  story.pass(from + lasting, shifted, { author: undefined })
  return story
}

function shifted(index: number): number {
  return 4 + ((Math.imul(index, 2_654_435_761) >>> 8) % 2)
}

function recoveredAt({ breaches, now }: Story): number {
  return breaches.findLast(({ transition }) => transition === 'recovered')?.at ?? now
}

function lastHour(story: Story) {
  return story.signals.filter(({ signal }) => signal === 'volume').at(-1)?.windows[0]
}

function expectedHour(story: Story): number {
  return lastHour(story)?.expected ?? 0
}
