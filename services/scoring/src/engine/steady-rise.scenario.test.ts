import { expect, it } from 'vitest'
import { hour, minute, Story } from './testing/story.ts'

const plain = {
  recentPages: { calmFactor: 1, perIncident: 0 },
  easing: false,
  floors: { firstDayPerHour: 100_000 },
}

/** Six days of a mention every other minute, and two minutes of 400 mentions four times a day: bursts, but no steady rise. */
const restless = aRestlessStory(6)

it('pages a steady rise after fifteen minutes, which the sums of a brand with short bursts hide', () => {
  const [sums, steady] = [restless.fork(), restless.fork()]
  sums.thresholds({ ...plain, windows: { steady: 1_000 } }, 5)
  for (const story of [sums, steady]) {
    pass(story, 2 * hour)
    pass(story, 25 * minute, 10)
  }
  expect(sums.breaches).toEqual([])
  const [opened] = steady.breaches
  expect(opened).toMatchObject({ transition: 'opened', window: { minutes: 15 } })
  const age = ((opened?.at ?? 0) - (steady.now - 25 * minute)) / minute
  expect(age).toBeGreaterThan(12)
  expect(age).toBeLessThanOrEqual(16)
  const { value = 0, boundary = 0 } = opened?.evidence.windows[1] ?? {}
  expect(value).toBeGreaterThanOrEqual(boundary)
})

it('takes no rise with gaps for a steady one, nor one under the floors', () => {
  const [gap, low] = [restless.fork(), restless.fork()]
  for (const story of [gap, low]) pass(story, 2 * hour)
  for (let times = 0; times < 4; times += 1) {
    pass(gap, 10 * minute, 10)
    pass(gap, 9 * minute)
  }
  pass(low, 25 * minute, 3)
  expect(gap.breaches).toEqual([])
  expect(low.breaches).toEqual([])
})

it('needs as many people as any page', () => {
  const story = restless.fork()
  pass(story, 2 * hour)
  pass(story, 25 * minute, 10, { id: 'k1:one', followers: 10 })
  expect(story.breaches).toEqual([])
})

it('goes on from a checkpoint as if there had been none', () => {
  const [whole, restored] = [restless.fork(), restless.fork()]
  for (const story of [whole, restored]) {
    pass(story, 2 * hour)
    pass(story, 10 * minute, 10)
    if (story === restored) story.restore()
    pass(story, 15 * minute, 10)
  }
  expect(restored.breaches).not.toEqual([])
  expect(restored.breaches).toEqual(whole.breaches)
})

function aRestlessStory(days: number): Story {
  const story = new Story({ signals: ['volume'] })
  story.brand()
  story.thresholds({ ...plain, windows: { m60: 1_000, m15: 1_000, m5: 1_000, steady: 1_000 } })
  story.heartbeat()
  for (let quarter = 0; quarter < 4 * days; quarter += 1) {
    // At another time each day.
    const before = ((quarter * 7) % 11) * 30 * minute
    pass(story, before)
    pass(story, 2 * minute, 400)
    pass(story, 6 * hour - 2 * minute - before)
  }
  story.thresholds(plain, 2)
  return story
}

function pass(story: Story, ms: number, more = 0, author?: { id: string; followers: number }): void {
  story.pass(story.now + ms, (index) => more + ((Math.imul(index, 2_654_435_761) >>> 8) % 2), { author })
}
