import { count, signalRecord, transition } from '@nabiz/shared/contracts'
import { expect, it } from 'vitest'
import { aWarmStory, hour, minute, Story } from './testing/story.ts'

it('finds a storm over a warm brand within the minute in which it is plain', () => {
  const story = aWarmStory(15)
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
})

it('says since when a storm has lasted, whatever was said in the quarter of an hour before', () => {
  const story = aWarmStory(15)
  const quarter = story.now
  story.thresholds({ pages: { authors: true } })
  story.mention({ label: 'negative' })
  story.pass(quarter + 13 * minute)
  const began = story.now
  story.pass(began + 6 * minute, () => 40, { label: 'negative' })
  const opened = story.breaches.filter((breach) => breach.transition === 'opened')
  expect(opened.map((breach) => breach.signal)).toEqual(
    expect.arrayContaining(['volume', 'negative', 'negativity', 'authors', 'reach']),
  )
  for (const breach of opened) {
    expect(breach.since).toBeGreaterThanOrEqual(began)
    if (breach.signal === 'negativity') expect(breach.window.boundary).toBeLessThanOrEqual(1)
    else expect(breach.window.boundary).toBeGreaterThan(1)
  }
})

it('pages on the mention that reaches severity 2, before the next heartbeat', () => {
  const story = aWarmStory(4)
  story.heartbeat(story.now + minute)
  const heard = story.inputs.length
  while (story.breaches.length === 0 && story.inputs.length < heard + 500) story.mention()
  expect(story.breachesOf('volume')[0]?.severity).toBeGreaterThanOrEqual(2)
  const sample = story.emissions.flatMap((each) => (each.topic === 'breaches' ? each.samples : []))[0]
  expect(sample?.platform).toBe('forum')
})

it('opens one breach per episode and recovers it after 60 calm minutes', () => {
  const story = aWarmStory(4)
  story.pass(story.now + 5 * minute, () => 40)
  const over = story.now
  story.pass(story.now + 3 * hour)
  const breaches = story.breachesOf('volume')
  expect(breaches.filter((breach) => breach.transition === 'opened')).toHaveLength(1)
  expect(new Set(breaches.map((breach) => breach.episode)).size).toBe(1)
  const last = breaches.at(-1)
  expect(last?.transition).toBe('recovered')
  expect(last?.at).toBeGreaterThanOrEqual(over + 60 * minute)
})

it('tells an episode again each time its severity has doubled', () => {
  const story = aWarmStory(4)
  story.pass(story.now + 2 * minute, () => 30)
  story.pass(story.now + 10 * minute, () => 150)
  const told = story.breachesOf('volume').map((breach) => breach.severity)
  expect(told.length).toBeGreaterThan(2)
  told.slice(1).forEach((severity, at) => {
    expect(severity).toBeGreaterThanOrEqual((told[at] ?? 0) * 2 * 0.99999)
  })
})

it('caps the severity below a page while fewer people than the gate asks for write', () => {
  const story = aWarmStory(4)
  const loud = { author: { id: 'k1:loud', followers: 3 } }
  story.pass(story.now + 2 * hour, () => 0)
  story.pass(story.now + 10 * minute, () => 40, loud)
  expect(story.breaches).toEqual([])
  expect(Math.max(...story.signals.map((record) => record.severity))).toBe(0.99)
  const told = story.signals.filter((record) => record.signal === 'volume').at(-1)
  const limit = { by: 'few_authors', severity: expect.any(Number), authors: 1 }
  expect(told?.windows[2]).toMatchObject({ severity: 0.99, limit })
  expect(told?.windows[2]?.limit?.severity).toBeGreaterThan(1)
})

it('pages on the same storm once as many people write as the gate asks for, and names no limit any more', () => {
  const story = aWarmStory(4)
  story.pass(story.now + 10 * minute, () => 40, { author: { id: 'k1:loud', followers: 3 } })
  for (let person = 0; person < 5; person += 1)
    story.mention({ author: { id: `k1:p${person}`, followers: 3 } })
  story.heartbeat(story.now + minute)
  const [opened] = story.breachesOf('volume')
  expect(opened?.transition).toBe('opened')
  expect(opened?.window.limit).toBeUndefined()
})

it('takes 3 negative mentions of 4 for no crisis, and 300 of 400 for one', () => {
  const few = aWarmStory(4)
  few.pass(few.now + hour)
  for (let index = 0; index < 4; index += 1) few.mention({ label: index < 3 ? 'negative' : 'neutral' })
  few.pass(few.now + hour)
  expect(few.breaches).toEqual([])
  const many = aWarmStory(4)
  many.pass(many.now + hour)
  for (let index = 0; index < 400; index += 1) many.mention({ label: index % 4 < 3 ? 'negative' : 'neutral' })
  many.heartbeat(many.now + minute)
  many.heartbeat(many.now + minute)
  expect(many.breachesOf('negativity')[0]).toMatchObject({ transition: 'opened', signal: 'negativity' })
})

it('takes nothing for complaints that its language’s errors explain', () => {
  const confusion = () => ({ sensitivity: 0.7, falsePositiveRate: 0.25 })
  const story = new Story({ confusion })
  story.brand()
  story.heartbeat()
  story.passQuietDays(4)
  for (let index = 0; index < 400; index += 1)
    story.mention({ label: index % 4 < 1 ? 'negative' : 'neutral' })
  story.heartbeat(story.now + minute)
  const evaluated = story.signals.filter((record) => record.signal === 'negativity').at(-1)
  expect(evaluated?.windows[0]?.value).toBeLessThan(0.01)
  expect(story.breachesOf('negativity')).toEqual([])
})

it('takes mentions without an author for different people', () => {
  const story = aWarmStory(4)
  story.pass(story.now + 3 * minute, () => 40, { author: undefined })
  const { authors } = story.breachesOf('volume')[0]?.evidence ?? {}
  expect(authors?.distinct).toBeGreaterThan(5)
  expect(authors?.topShare).toBeLessThan(0.1)
})

it('joins a new episode to the one before within twelve hours of its last evaluation at the boundary', () => {
  const story = aWarmStory(4)
  const storm = () => {
    story.pass(story.now + 3 * minute, () => 40)
    story.pass(story.now + 5 * hour)
  }
  storm()
  storm()
  story.pass(story.now + 13 * hour)
  storm()
  const opened = story.breachesOf('volume').filter((breach) => breach.transition === 'opened')
  expect(opened.map((breach) => breach.joins)).toEqual([undefined, opened[0]?.id, undefined])
})

it('pages on the negative share of a brand whose volume is as ever', () => {
  const story = aWarmStory(4)
  const roll = (index: number) => ((Math.imul(index, 2_654_435_761) >>> 8) % 100 < 70 ? 1 : 0)
  story.pass(story.now + 2 * hour, roll, { label: 'negative' })
  expect(story.breachesOf('volume')).toEqual([])
  expect(story.breachesOf('negativity')[0]).toMatchObject({ transition: 'opened' })
})

it('pages on the reach of a few negative mentions of people with many followers', () => {
  const story = aWarmStory(4)
  let sequence = 0
  for (let step = 0; step < 20; step += 1) {
    story.pass(story.now + minute)
    sequence += 1
    story.mention({ label: 'negative', author: { id: `k1:famous${sequence}`, followers: 200_000 } })
  }
  expect(story.breachesOf('reach')[0]).toMatchObject({ transition: 'opened', signal: 'reach' })
})

it('computes a signal that may not page and says nothing of it in breaches', () => {
  const story = aWarmStory(4)
  story.thresholds({ pages: { volume: false } })
  story.pass(story.now + 3 * minute, () => 40)
  expect(story.breachesOf('volume')).toEqual([])
  expect(story.signals.some((record) => record.signal === 'volume' && record.state === 'firing')).toBe(true)
})

it('pages in the first day on fixed floors alone', () => {
  const story = new Story()
  story.brand()
  story.heartbeat()
  story.pass(story.now + 3 * hour, (index) => index % 2)
  expect(story.breaches).toEqual([])
  expect(new Set(story.signals.map((record) => record.state))).toEqual(new Set(['warming']))
  story.pass(story.now + 10 * minute, () => 25)
  expect(story.breachesOf('volume')[0]).toMatchObject({
    transition: 'opened',
    evidence: { confidence: 'low' },
  })
})

it('emits what its contracts accept', () => {
  const story = aWarmStory(2)
  story.pass(story.now + 5 * minute, () => 80, { label: 'negative', terms: ['kargo'] })
  story.pass(story.now + 2 * hour)
  const schemas = { breaches: transition.strict(), counts: count.strict(), signals: signalRecord.strict() }
  const topics = new Set<string>()
  for (const { topic, value } of story.emissions) {
    topics.add(topic)
    expect(schemas[topic].safeParse(value).error).toBeUndefined()
  }
  expect(topics.size).toBe(3)
})

it('does not take a lively quarter of an hour for a crisis on the first day', () => {
  const story = new Story()
  story.brand()
  story.heartbeat()
  story.pass(story.now + 4 * hour)
  story.pass(story.now + 15 * minute, () => 1, { label: 'negative' })
  expect(story.breaches).toEqual([])
})

it('finds a storm that doubles the complaints for a day and is loud in no hour of it', () => {
  const story = aWarmStory(5)
  const begins = story.now
  const complaints = (perMille: number) => (index: number) =>
    (Math.imul(index, 2_654_435_761) >>> 8) % 1_000 < perMille ? 1 : 0
  story.pass(begins + 26 * hour, complaints(200), { label: 'negative' })
  const [opened] = story.breachesOf('negative')
  expect(opened).toMatchObject({ transition: 'opened', window: { minutes: 1_440 } })
  expect(opened?.at).toBeLessThan(begins + 24 * hour)
  expect(opened?.window.value).toBeGreaterThan(1.6 * (opened?.window.expected ?? 0))
  expect(opened?.evidence.windows.map((window) => window.minutes)).toEqual([60, 15, 5, 1_440])
  story.pass(story.now + 9 * hour, complaints(100), { label: 'negative' })
  expect(story.breachesOf('negative').map((breach) => breach.transition)).toEqual(['opened', 'recovered'])
})

it('warns, and pages nobody, when one loud author complains among the usual few', () => {
  const story = aWarmStory(15)
  story.pass(story.now + 20 * minute, () => 2)
  for (let i = 0; i < 2; i += 1) {
    story.mention({ label: 'negative', author: { id: `k1:loud-${i}`, followers: 9_000_000 } })
  }
  story.pass(story.now + 20 * minute, () => 2)
  expect(story.breachesOf('reach')).toEqual([])
  const severities = story.signals
    .filter((record) => record.signal === 'reach')
    .map((record) => record.severity)
  expect(Math.max(...severities)).toBe(0.99)
  const limits = story.signals.flatMap((record) => record.windows.map(({ limit }) => limit?.by))
  expect(limits).toContain('few_complaints')
})

it('counts a million followers of one mention at most', () => {
  const story = aWarmStory(1)
  story.mention({ label: 'negative', author: { id: 'k1:star', followers: 90_000_000 } })
  story.heartbeat(story.now + minute)
  expect(story.counts.at(-1)?.reach).toBe(1_000_000)
})

it('pages on reach when a storm of complaints carries it', () => {
  const story = aWarmStory(15)
  story.pass(story.now + 5 * minute, () => 40, { label: 'negative' })
  expect(story.breachesOf('reach')[0]?.transition).toBe('opened')
})
