import { expect, it } from 'vitest'
import { hour, minute, Story } from './testing/story.ts'

/** A burst of this brand: 25 minutes of 40 mentions each, at another time each day. */
const burstMinutes = 25
const quiet = aBurstingStory(6)

it('hears a steady rise that bursts hid, once they were marked as expected', () => {
  const [deaf, taught] = [quiet.fork(), quiet.fork()]
  taught.mark('expected', lastBurst(taught), lastBurst(taught) + 2 * hour)
  for (const story of [deaf, taught]) {
    passCalm(story, hour)
    passCalm(story, 50 * minute, 10)
  }
  expect(deaf.breaches).toEqual([])
  const [opened] = taught.breaches
  expect(opened).toMatchObject({ transition: 'opened', signal: 'volume' })
  expect(((opened?.at ?? 0) - (opened?.since ?? 0)) / minute).toBeLessThan(25)
})

it('pages by no burst like those that were marked, and by one that goes on for longer', () => {
  const story = quiet.fork()
  story.mark('expected', lastBurst(story), lastBurst(story) + 2 * hour)
  passCalm(story, hour)
  passCalm(story, burstMinutes * minute, 40)
  passCalm(story, 3 * hour)
  expect(story.breaches).toEqual([])
  passCalm(story, 55 * minute, 40)
  expect(story.breaches.map(({ transition }) => transition)).toContain('opened')
})

it('waits five minutes before it takes a rise for no burst', () => {
  const story = quiet.fork()
  story.mark('expected', lastBurst(story), lastBurst(story) + 2 * hour)
  passCalm(story, hour)
  passCalm(story, 4 * minute, 12)
  passCalm(story, hour)
  expect(story.breaches).toEqual([])
})

it.each(['expected', 'false_alarm', 'new_normal', 'duplicate'] as const)(
  'learns nothing from a mark as %s of what was no burst, or of any other kind',
  (kind) => {
    const story = quiet.fork()
    const at = kind === 'expected' ? story.now - 3 * hour : lastBurst(story)
    expect(story.mark(kind, at, at + hour)).toEqual({ kind: 'applied' })
    expect(story.state.brands.get('kuzey')?.settings.usualBurst).toBeUndefined()
  },
)

it('goes on from a checkpoint as if there had been none', () => {
  const [whole, restored] = [quiet.fork(), quiet.fork()]
  for (const story of [whole, restored]) {
    story.mark('expected', lastBurst(story), lastBurst(story) + 2 * hour)
    passCalm(story, 100 * minute)
    if (story === restored) story.restore()
    passCalm(story, 50 * minute, 10)
  }
  expect(restored.breaches).not.toEqual([])
  expect(restored.breaches).toEqual(whole.breaches)
})

/** When the last burst before midnight began. */
function lastBurst({ now }: Story): number {
  return now - 24 * hour + burstAt(Math.floor(now / (24 * hour)) - 1)
}

/** Days of a mention every other minute and a burst each, without a breach after the third. */
function aBurstingStory(days: number): Story {
  const story = new Story({ signals: ['volume'] })
  story.brand()
  story.thresholds({
    recentPages: { calmFactor: 1, perIncident: 0 },
    easing: false,
    floors: { firstDayPerHour: 100_000 },
  })
  story.heartbeat()
  for (let day = 0; day < days; day += 1) {
    const midnight = story.now
    const at = burstAt(Math.floor(midnight / (24 * hour)))
    passCalm(story, at)
    passCalm(story, burstMinutes * minute, 40)
    passCalm(story, midnight + 24 * hour - story.now)
  }
  return story
}

function burstAt(day: number): number {
  return (2 + ((day * 7) % 19)) * hour
}

function passCalm(story: Story, ms: number, more = 0): void {
  story.pass(story.now + ms, (index) => more + ((Math.imul(index, 2_654_435_761) >>> 8) % 2), {
    author: undefined,
  })
}
