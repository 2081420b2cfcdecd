import { expect, it } from 'vitest'
import { anEngine, day, minute, Story } from './testing/story.ts'

const quiet = aStoryOfTwo(5)
const busy = aBusyStory(5)

it('finds a storm on one platform that the others drown, and names it', () => {
  const story = quiet.fork()
  const began = story.now
  passTwo(story, 45, 1)
  const [breach] = story.breaches
  expect(story.breaches.map(({ scope }) => scope)).not.toContain('all')
  expect(breach).toMatchObject({ transition: 'opened', scope: 'forum', signal: 'volume' })
  expect(breach?.at).toBeLessThanOrEqual(began + 45 * minute)
  expect(breach?.window.minutes).toBe(60)
  expect(breach?.window.expected).toBeGreaterThan(15)
  expect(breach?.window.expected).toBeLessThan(35)
  expect(breach?.evidence.platforms).toMatchObject([{ name: 'forum', share: 1 }])
  expect(Math.abs((breach?.since ?? 0) - began)).toBeLessThanOrEqual(10 * minute)
  passTwo(story, 180, 0)
  const last = story.breaches.at(-1)
  expect(last).toMatchObject({ transition: 'recovered', scope: 'forum', episode: breach?.episode })
})

it('opens nothing on a platform while the brand’s own episode runs', () => {
  const story = quiet.fork()
  passTwo(story, 40, 40)
  expect(story.breachesOf('volume').map(({ scope }) => scope)).toContain('all')
  expect(story.breachesOf('volume').map(({ scope }) => scope)).not.toContain('forum')
})

it('warns, and pages nobody, where a few accounts storm a platform', () => {
  const story = quiet.fork()
  story.thresholds({ authorsGate: 20 })
  passTwo(story, 45, 1, { author: { id: 'k1:loud', followers: 3 } })
  expect(story.breaches).toEqual([])
})

it('judges no platform by itself where that is switched off', () => {
  const story = quiet.fork()
  story.thresholds({ platforms: { pages: false } })
  passTwo(story, 45, 1)
  expect(story.breaches).toEqual([])
})

it('warns, and pages nobody, while a newly watched brand is in grace', () => {
  const story = quiet.fork()
  story.thresholds({ graceHours: 200 })
  passTwo(story, 45, 1)
  expect(story.breaches).toEqual([])
})

it('takes a confirmed crisis for unseen on each platform too', () => {
  const [marked, unmarked] = [quiet.fork(), quiet.fork()]
  for (const story of [marked, unmarked]) {
    const from = story.now
    passTwo(story, 240, 1)
    passTwo(story, 120, 0)
    if (story === marked) story.mark('confirmed', from, story.now)
    passTwo(story, (day - 6 * 60 * minute) / minute, 0)
    passTwo(story, 60, 1)
  }
  const expectedOf = ({ breaches }: Story) =>
    breaches.findLast(({ scope, transition }) => scope === 'forum' && transition === 'opened')?.window
      .expected ?? 0
  expect(expectedOf(marked)).toBeGreaterThan(0)
  expect(expectedOf(marked)).toBeLessThan(expectedOf(unmarked))
})

it('says what thresholds that are tried would tell of a platform, through a restart, and tells nobody', () => {
  const [whole, restored] = [quiet.fork(), quiet.fork()]
  for (const story of [whole, restored]) {
    story.thresholds({ platforms: { pages: false } }, 5)
    story.tryThresholds({})
    passTwo(story, 25, 1)
    if (story === restored) story.restore()
    passTwo(story, 60, 1)
    passTwo(story, 180, 0)
  }
  const told = whole.signals.filter(({ transition }) => transition !== undefined)
  const words = told.map(({ scope, transition, shadow }) => `${scope} ${transition} ${shadow}`)
  expect([words[0], words.at(-1)]).toEqual(['forum opened true', 'forum recovered true'])
  expect(whole.breaches).toEqual([])
  expect(restored.signals).toEqual(whole.signals)
})

it('judges the same after a restart in the middle of a storm', () => {
  const [restored, undisturbed] = [quiet.fork(), quiet.fork()]
  for (const story of [restored, undisturbed]) {
    passTwo(story, 25, 1)
    if (story === restored) story.restore()
    passTwo(story, 60, 1)
  }
  expect(restored.breaches.length).toBeGreaterThan(0)
  expect(restored.breaches).toEqual(undisturbed.breaches)
})

it('adds no more than 2 KB a platform to a checkpoint, and nothing for a brand with one', () => {
  const story = quiet.fork()
  story.restore()
  expect(story.values.get('o/kuzey')?.length).toBeLessThan(2 * 2_048)
  const single = new Story()
  single.brand()
  single.heartbeat()
  single.passQuietDays(1)
  single.restore()
  expect(single.values.has('o/kuzey')).toBe(false)
})

it('reads a state that was written before platforms were followed', () => {
  const story = quiet.fork()
  story.restore()
  story.values.delete('o/kuzey')
  const state = anEngine().decode(new Map(story.values))
  expect(state.brands.get('kuzey')?.scopes.size).toBe(0)
})

it('ends what runs on a platform of a brand that is no longer watched, and drops its value', () => {
  const story = quiet.fork()
  passTwo(story, 45, 1)
  story.restore()
  story.brand('kuzey', {}, 9, false)
  expect(story.breaches.at(-1)).toMatchObject({ transition: 'recovered', scope: 'forum' })
  story.restore()
  expect(story.values.has('o/kuzey')).toBe(false)
})

it('pages by a fall of one platform where falls are asked for, and recovers as its mentions come back', () => {
  const [asked, unasked] = [busy.fork(), busy.fork()]
  asked.thresholds({ signals: { volume: { direction: 'both' } } }, 5)
  const began = asked.now
  for (const story of [asked, unasked]) passSquare(story, 120)
  expect(unasked.breaches).toEqual([])
  const [opened] = asked.breaches
  expect(asked.breaches.map(({ scope }) => scope)).toEqual(['forum'])
  expect(opened).toMatchObject({ transition: 'opened', signal: 'volume', window: { direction: 'fall' } })
  expect(opened?.window.value).toBeLessThan(0.31 * (opened?.window.expected ?? 0))
  expect(opened?.at).toBeLessThanOrEqual(began + 61 * minute)
  expect(Math.abs((opened?.since ?? 0) - began)).toBeLessThanOrEqual(10 * minute)
  passBusy(asked, 180)
  expect(asked.breaches.map(({ transition }) => transition)).toEqual(['opened', 'recovered'])
})

it('takes for no fall what nobody saw of a platform, and pages by no rise where falls alone were asked for', () => {
  const [blind, rising] = [busy.fork(), busy.fork()]
  for (const story of [blind, rising]) story.thresholds({ signals: { volume: { direction: 'fall' } } }, 5)
  blind.connectors = [
    { platform: 'forum', account: 'main', condition: 'blind', reason: 'token refused' },
    { platform: 'square', account: 'main', condition: 'ok' },
  ]
  passSquare(blind, 120)
  passBusy(rising, 60, 20)
  expect(blind.breaches).toEqual([])
  expect(rising.breachesOf('volume')).toEqual([])
})

it('ends a fall of a platform after minutes nobody saw only once an hour was seen whole', () => {
  const story = busy.fork()
  story.thresholds({ signals: { volume: { direction: 'both' } } }, 5)
  passSquare(story, 90)
  story.connectors = [{ platform: 'forum', account: 'main', condition: 'blind', reason: 'token refused' }]
  passBusy(story, 30)
  story.connectors = [{ platform: 'forum', account: 'main', condition: 'ok' }]
  passBusy(story, 100)
  expect(story.breaches.map(({ transition }) => transition)).toEqual(['opened'])
  passBusy(story, 60)
  expect(story.breaches.map(({ transition }) => transition)).toEqual(['opened', 'recovered'])
})

/** Days of two platforms with 120 and 60 mentions an hour. */
function aBusyStory(days: number): Story {
  const story = new Story({ signals: ['volume'] })
  story.brand()
  story.thresholds({ floors: { firstDayPerHour: 100_000 } }, 2)
  story.heartbeat()
  passBusy(story, (days * day) / minute)
  story.thresholds({}, 3)
  if (story.breaches.length > 0) throw new Error('the quiet days of a story must not page')
  return story
}

function passBusy(story: Story, minutes: number, extra = 0): void {
  passSquare(story, minutes, 1 + extra)
}

function passSquare(story: Story, minutes: number, onForum = 0): void {
  const until = story.now + minutes * minute
  while (story.now < until) {
    story.heartbeat(story.now + minute)
    story.count(2, story.now, 'square')
    if (onForum > 0) story.count(onForum, story.now, 'forum')
  }
}

/** Days of a large platform, 60 mentions an hour, and a small one, 24 an hour. */
function aStoryOfTwo(days: number): Story {
  const story = new Story()
  story.brand()
  story.heartbeat()
  passTwo(story, (days * day) / minute, 0)
  if (story.breaches.length > 0) throw new Error('the quiet days of a story must not page')
  return story
}

function passTwo(story: Story, minutes: number, extra: number, overrides: object = {}): void {
  const until = story.now + minutes * minute
  while (story.now < until) {
    story.heartbeat(story.now + minute)
    const roll = (Math.imul(Math.floor(story.now / minute), 2_654_435_761) >>> 8) % 100
    story.mention({ platform: 'square' })
    if (roll < 40) story.mention({})
    for (let left = extra; left > 0; left -= 1) story.mention(overrides)
  }
}
