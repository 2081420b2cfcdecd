import type { SignalRecord } from '@nabiz/shared/contracts'
import { expect, it } from 'vitest'
import type { Emission, EngineInput } from './engine.ts'
import { anEngine, day, hour, minute, monday, Story } from './testing/story.ts'

it('judges counted minutes as it judges the mentions themselves', () => {
  const perMinute = (at: number) => (at % 3 === 0 ? 2 : 1) + (at >= stormAt && at < stormAt + 40 ? 60 : 0)
  const stormAt = Math.floor((monday + 4 * day) / minute)
  const story = new Story()
  story.brand()
  story.heartbeat()
  const counted = new Story()
  counted.brand()
  counted.heartbeat()
  for (let at = monday; at < monday + 5 * day; at += minute) {
    const index = at / minute
    for (let left = perMinute(index); left > 0; left -= 1) story.mention({ author: undefined })
    counted.count(perMinute(index))
    story.heartbeat(at + minute)
    counted.heartbeat(at + minute)
  }
  // A mention that decides is told within its minute, a count at the minute's end: what closed minutes say is the same.
  const atMinutes = (of: Story) => {
    const first = new Map<number, SignalRecord['windows']>()
    for (const { signal, severity, at, windows } of of.signals)
      if (signal === 'volume' && severity >= 0.5 && !first.has(at)) first.set(at, windows)
    return [...first]
  }
  const [byCounts, byMentions] = [atMinutes(counted), atMinutes(story)]
  const both = new Set(byCounts.map(([at]) => at))
  expect(both.size).toBeGreaterThan(40)
  expect(byCounts).toEqual(byMentions.filter(([at]) => both.has(at)))
  const told = (of: Story, transition: string) =>
    of.breachesOf('volume').filter((breach) => breach.transition === transition)
  expect(told(counted, 'opened').length).toBe(1)
  const [opened, openedByMentions] = [told(counted, 'opened')[0]?.at ?? 0, told(story, 'opened')[0]?.at ?? 0]
  expect(opened - openedByMentions).toBeGreaterThanOrEqual(0)
  expect(opened - openedByMentions).toBeLessThanOrEqual(minute)
  expect(told(counted, 'recovered').map(({ at }) => at)).toEqual(told(story, 'recovered').map(({ at }) => at))
})

it('judges recorded minutes as it judged the mentions they count: signal by signal, and who wrote', () => {
  const stormAt = monday + 4 * day
  const story = new Story()
  story.brand()
  story.heartbeat()
  for (let at = monday; at < monday + 5 * day; at += minute) {
    const index = at / minute
    const isStorm = at >= stormAt && at < stormAt + 40 * minute
    for (let left = (index % 2) + (isStorm ? 30 : 0); left > 0; left -= 1) {
      const label = isStorm || index % 10 === 1 ? 'negative' : 'neutral'
      const language = left % 5 === 0 ? 'en' : 'tr'
      story.mention({ label, language, author: { id: `k1:${(index * 7 + left * 13) % 900}`, followers: 20 } })
    }
    story.heartbeat(at + minute)
  }
  const byMinute = new Map(
    story.counts.filter(({ mentions }) => mentions > 0).map((each) => [each.minute, each]),
  )
  const counted = new Story()
  counted.brand()
  counted.heartbeat()
  for (let at = monday; at < monday + 5 * day; at += minute) {
    const found = byMinute.get(at)
    if (found !== undefined) counted.count(found.mentions, at, 'forum', found)
    counted.heartbeat(at + minute)
  }
  for (const signal of ['volume', 'negative', 'negativity', 'reach']) {
    const [first] = story.breachesOf(signal)
    const [again] = counted.breachesOf(signal)
    expect([signal, first?.transition]).toEqual([signal, 'opened'])
    expect((again?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(0)
    expect((again?.at ?? 0) - (first?.at ?? 0)).toBeLessThanOrEqual(minute)
    const ends = (of: Story) =>
      of.breachesOf(signal).findLast(({ transition }) => transition === 'recovered')?.at
    expect(ends(counted)).toBe(ends(story))
  }
  const last = (of: Story) => of.signals.filter(({ signal }) => signal === 'authors').at(-1)?.windows
  expect(last(counted)).toEqual(last(story))
})

it('refuses a count of another minute than the running one, and one that is no whole number', () => {
  const story = new Story()
  story.brand()
  story.heartbeat()
  expect(() => story.count(1, monday + minute)).toThrow(/expected the running one/)
  expect(() => story.count(-1)).toThrow(/found -1/)
  expect(() => story.count(0.5)).toThrow(/found 0.5/)
})

it('counts nothing for a brand nobody watches', () => {
  const story = new Story()
  story.heartbeat()
  expect(story.count(3)).toEqual({ kind: 'dropped', reason: 'unknown_brand' })
})

it('judges only the signals it is asked for', () => {
  const run = (signals?: ['volume']) => {
    const engine = anEngine(signals === undefined ? {} : { signals })
    const state = engine.create()
    const told = new Set<string>()
    const story = new Story()
    story.brand()
    story.heartbeat()
    story.pass(monday + 2 * hour, () => 1)
    const note = (emission: Emission) => {
      if (emission.topic === 'signals') told.add(emission.value.signal)
    }
    for (const input of story.inputs satisfies EngineInput[]) engine.apply(state, input, note)
    return [...told]
  }
  expect(run(['volume'])).toEqual(['volume'])
  expect(run().length).toBe(5)
})
