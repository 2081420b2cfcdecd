import type { ConnectorCondition } from '@nabiz/shared/contracts'
import { expect, it } from 'vitest'
import { aWarmStory, day, hour, minute, monday, Story } from './testing/story.ts'

const ok: ConnectorCondition = { platform: 'forum', account: 'main', condition: 'ok' }

it('refuses a heartbeat more than five seconds ahead of the log, which moves nothing', () => {
  const story = aWarmStory(1)
  const before = story.state.time
  expect(story.heartbeat(before + 10 * minute, before + 1_000)).toEqual({
    kind: 'dropped',
    reason: 'refused_heartbeat',
  })
  expect(story.state.time).toBe(before)
  expect(story.heartbeat(before + 6_000, before + 1_000)).toEqual({ kind: 'applied' })
})

it('never lets partition time go back', () => {
  const story = aWarmStory(1)
  const before = story.state.time
  story.heartbeat(before - hour)
  expect(story.state.time).toBe(before)
})

it('loses no mention that comes before the first heartbeat', () => {
  const story = new Story()
  story.mention()
  story.brand()
  expect(story.mention()).toEqual({ kind: 'held' })
  const released = [{ kind: 'counted' }, { kind: 'counted' }]
  story.restore()
  expect(story.heartbeat()).toEqual({ kind: 'applied', released })
  story.pass(story.now + minute)
  expect(story.counts[0]).toMatchObject({ minute: monday, mentions: 2 })
})

it('finds a storm that lay in six hours without ingest, marks it late and knows its true start', () => {
  const story = aWarmStory(5)
  const began = story.now
  story.connectors = [{ ...ok, condition: 'catching_up' }]
  story.heartbeat(began + 6 * hour)
  const stormed = began + 2 * hour
  for (let at = 0; at < 300; at += 1) story.mention({ createdAt: stormed + at * 2_000, terms: ['arıza'] })
  expect(story.breaches).toEqual([])
  story.heartbeat(began + 6 * hour + minute)
  const [breach] = story.breachesOf('volume')
  expect(breach).toMatchObject({ transition: 'opened', late: true, at: began + 6 * hour + minute })
  expect(Math.abs((breach?.since ?? 0) - stormed)).toBeLessThanOrEqual(minute)
  story.connectors = [ok]
  story.pass(story.now + 2 * hour)
  const steps = story.breachesOf('volume').map((each) => each.transition)
  expect(steps).toEqual(['opened', 'recovered'])
})

it('takes a gap neither for calm nor for baseline', () => {
  const silent = aWarmStory(3)
  silent.pass(silent.now + day)
  const gap = aWarmStory(3)
  gap.heartbeat(gap.now + day)
  expect(gap.counts.at(-1)).toMatchObject({ mentions: 0, observed: false })
  const expected = [silent, gap].map((story) => {
    story.passQuietDays(1)
    return story.signals.filter((record) => record.signal === 'volume').at(-1)?.windows[0]?.expected ?? 0
  })
  // The silent day is one of four that teach what is usual, the unobserved one is none.
  expect(expected[0]).toBeLessThan((expected[1] ?? 0) * 0.8)
})

it('does not recover an episode in minutes in which its platform is blind', () => {
  const story = aWarmStory(4)
  story.pass(story.now + 3 * minute, () => 40)
  story.connectors = [{ ...ok, condition: 'blind', reason: 'unauthorized' }]
  story.pass(story.now + 4 * hour)
  expect(story.breachesOf('volume').map((breach) => breach.transition)).not.toContain('recovered')
  const last = story.signals.filter((record) => record.signal === 'volume').at(-1)
  expect(last?.state).toBe('recovering')
  expect(last?.coverage).toEqual([{ platform: 'forum', observed: 0, reason: 'unauthorized' }])
  story.connectors = [ok]
  const seenAgain = story.now
  story.pass(story.now + 2 * hour)
  const recovered = story.breachesOf('volume').at(-1)
  expect(recovered?.transition).toBe('recovered')
  expect(recovered?.at).toBeGreaterThanOrEqual(seenAgain + hour)
})

it('shows a quiet brand as blind after three minutes in which nobody saw anything', () => {
  const story = aWarmStory(2)
  story.connectors = [{ ...ok, condition: 'blind' }]
  story.pass(story.now + 6 * minute)
  expect(story.signals.filter((record) => record.signal === 'volume').at(-1)?.state).toBe('blind')
  story.connectors = [ok]
  story.pass(story.now + 3 * minute)
  expect(story.signals.filter((record) => record.signal === 'volume').at(-1)?.state).toBe('ok')
})

it('takes a connector that is unheard of for more than a minute for blind', () => {
  const story = aWarmStory(2)
  story.connectors = []
  story.pass(story.now + 6 * minute)
  const last = story.signals.filter((record) => record.signal === 'volume').at(-1)
  expect(last).toMatchObject({ state: 'blind', coverage: [{ reason: 'unheard' }] })
})

it('takes a platform without a connector for seen whenever a heartbeat is', () => {
  const story = new Story()
  story.connectors = []
  story.brand()
  story.heartbeat()
  story.pass(story.now + 2 * hour, () => 1)
  expect(story.counts.every((count) => count.observed)).toBe(true)
})

it('counts a mention dated ahead in the current minute and says so', () => {
  const story = aWarmStory(1)
  expect(story.mention({ createdAt: story.now + 3 * day })).toEqual({ kind: 'counted', flag: 'future' })
  const running = Math.floor(story.now / minute) * minute
  story.pass(story.now + minute)
  expect(story.counts.at(-1)).toMatchObject({ minute: running, mentions: 1 })
})

it('counts a mention of hours ago in its own minute, as a higher revision', () => {
  const story = aWarmStory(1)
  const written = story.now
  story.mention()
  story.pass(written + 3 * hour)
  expect(story.mention({ createdAt: written + 10_000 })).toEqual({ kind: 'counted', flag: 'late' })
  story.pass(story.now + minute)
  const told = story.counts.filter((count) => count.minute === Math.floor(written / minute) * minute)
  expect(told.map((count) => [count.revision, count.mentions])).toEqual([
    [0, 1],
    [1, 2],
  ])
})

it('fills the baseline alone with a mention of two days ago and drops one of three weeks ago', () => {
  const story = aWarmStory(3)
  const counts = story.counts.length
  expect(story.mention({ createdAt: story.now - 2 * day })).toEqual({
    kind: 'counted',
    flag: 'baseline_only',
  })
  expect(story.mention({ createdAt: story.now - 21 * day })).toEqual({ kind: 'dropped', reason: 'too_old' })
  story.pass(story.now + minute)
  expect(story.counts.slice(counts).every((count) => count.minute > story.now - hour)).toBe(true)
})

it('keeps a platform that is new to the brand out of its totals for a day, and tells its counts', () => {
  const story = aWarmStory(4)
  story.connectors = [ok, { platform: 'video', account: 'a', condition: 'ok' }]
  const began = story.now
  const rate = (index: number) => (index % 2 === 0 ? 1 : 0)
  while (story.now < began + day + 6 * hour) {
    story.heartbeat(story.now + minute)
    const index = Math.floor(story.now / minute)
    if ((Math.imul(index, 2_654_435_761) >>> 8) % 100 < 40) story.mention()
    for (let left = rate(index); left > 0; left -= 1) story.mention({ platform: 'video' })
  }
  expect(story.counts.some((count) => count.platform === 'video' && count.mentions > 0)).toBe(true)
  const volume = story.signals.filter((record) => record.signal === 'volume')
  const hourly = (from: number, to: number) => volume.filter((record) => record.at > from && record.at <= to)
  for (const record of hourly(began + 2 * hour, began + day))
    expect(record.windows[0]?.value).toBeLessThan(40)
  const joined = hourly(began + day + hour, story.now)
  expect(joined.length).toBeGreaterThan(2)
  for (const record of joined) expect(record.windows[0]?.value).toBeGreaterThan(40)
  for (const record of joined) expect(record.windows[0]?.expected).toBeGreaterThan(40)
  expect(story.breaches).toEqual([])
})
