import { signalRecord, transition } from '@nabiz/shared/contracts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CounterSeries, counterLimit } from './counter-series.ts'
import { bucketOf } from './grid.ts'
import { day, hour, minute, Story } from './testing/story.ts'

describe('a counter that jumps', () => {
  it('pages within minutes, names the counter, and adds nothing to mentions', () => {
    const story = aCountedStory(15)
    const began = story.now
    for (let step = 0; step < 4; step += 1) {
      story.pass(story.now + 5 * minute)
      story.metric(900)
    }
    story.pass(story.now + 2 * minute)
    const [breach] = story.breachesOf('engagement')
    expect(breach).toMatchObject({
      transition: 'opened',
      scope: 'all',
      window: { counter: { platform: 'forum', name: 'likes' } },
      evidence: { authors: { distinct: 0, mentions: 0 }, samples: [], confidence: 'high' },
    })
    expect((breach?.at ?? 0) - began).toBeLessThanOrEqual(7 * minute)
    expect(breach?.since).toBeGreaterThanOrEqual(began)
    expect(breach?.since).toBeLessThan(began + 5 * minute)
    expect(breach?.evidence.buckets.some(({ value, expected }) => value > 300 && expected > 5)).toBe(true)
    expect(transition.parse(breach)).toEqual(breach)
    expect(story.breaches.filter(({ signal }) => signal !== 'engagement')).toEqual([])
    expect(story.counts.every(({ mentions }) => mentions === 0)).toBe(true)
    for (const record of story.signals) expect(signalRecord.parse(record)).toEqual(record)
  })

  it('recovers when it grows as usual again', () => {
    const story = aCountedStory(4)
    story.pass(story.now + 5 * minute)
    story.metric(3_000)
    story.passCountedDays(0.2)
    expect(story.breachesOf('engagement').at(-1)?.transition).toBe('recovered')
  })

  it('pages nobody where the thresholds say so, and is shown all the same', () => {
    const story = aCountedStory(4)
    story.thresholds({ pages: { engagement: false } })
    story.pass(story.now + 5 * minute)
    story.metric(3_000)
    story.pass(story.now + 3 * minute)
    expect(story.breaches).toEqual([])
    expect(
      Math.max(
        ...story.signals.filter(({ signal }) => signal === 'engagement').map(({ severity }) => severity),
      ),
    ).toBeGreaterThan(1)
  })

  it('pages nobody under the floor, nor on the first day', () => {
    const quiet = new Story()
    quiet.brand()
    quiet.heartbeat()
    quiet.metric(0)
    quiet.pass(quiet.now + 3 * hour)
    quiet.metric(50_000)
    quiet.pass(quiet.now + hour)
    const low = aCountedStory(4)
    low.thresholds({ floors: { engagementPerHour: 5_000 } })
    low.pass(low.now + 5 * minute)
    low.metric(300)
    low.pass(low.now + hour)
    expect([...quiet.breaches, ...low.breaches]).toEqual([])
  })
})

describe('a delta', () => {
  it('that grew in a night in which nobody looked is no jump of the morning', () => {
    const story = aCountedStory(4)
    story.connectors = [{ platform: 'forum', account: 'main', condition: 'blind', reason: 'http_network' }]
    const asleep = story.now
    story.pass(story.now + 8 * hour)
    story.connectors = [{ platform: 'forum', account: 'main', condition: 'ok' }]
    story.pass(story.now + minute)
    story.metric(10 * 12 * 8, { since: asleep - 2 * minute })
    story.pass(story.now + hour)
    expect(story.breaches).toEqual([])
    story.metric(10 * 12 * 8, { since: story.now - 5 * minute })
    story.pass(story.now + 2 * minute)
    expect(story.breachesOf('engagement')).toHaveLength(1)
  })

  it('counts once, however often it comes', () => {
    const story = aCountedStory(4)
    story.pass(story.now + 5 * minute)
    for (let left = 200; left > 0; left -= 1) story.metric(20, { id: 'likes/7/p1' })
    expect(story.metric(20, { id: 'likes/7/p1' })).toEqual({ kind: 'dropped', reason: 'duplicate' })
    story.pass(story.now + hour)
    expect(story.breaches).toEqual([])
  })

  it('of what comes item by item is not counted', () => {
    const story = aCountedStory(4)
    expect(story.metric(9_000, { itemised: true })).toEqual({ kind: 'dropped', reason: 'itemised' })
    story.pass(story.now + hour)
    expect(story.breaches).toEqual([])
  })

  it('of a log of before, which does not say since when, counts when it was seen', () => {
    const story = aCountedStory(4)
    const { since: _since, ...old } = metricOf(story)
    story.apply({ kind: 'metric', timestamp: story.now, offset: 9_999_999, metric: { ...old, delta: 3_000 } })
    story.pass(story.now + 2 * minute)
    expect(story.breachesOf('engagement')).toHaveLength(1)
  })

  it('that comes before the first heartbeat is held, over a checkpoint, and counted with it', () => {
    const story = new Story()
    story.brand()
    expect(story.metric(5)).toEqual({ kind: 'held' })
    story.restore()
    expect(story.heartbeat()).toEqual({ kind: 'applied', released: [{ kind: 'counted' }] })
    expect(story.metric(5, { id: 'likes/1/p1' })).toEqual({ kind: 'dropped', reason: 'duplicate' })
  })

  it.each([
    ['unknown_brand', { brand: 'bora' }],
    ['too_old', { observedAt: Date.UTC(2023, 11, 1) }],
  ] as const)('is dropped as %s', (reason, overrides) => {
    const story = new Story()
    story.brand()
    story.heartbeat()
    expect(story.metric(5, overrides)).toEqual({ kind: 'dropped', reason })
  })

  it('of one counter more than are followed is dropped', () => {
    const story = new Story()
    story.brand()
    story.heartbeat()
    for (let left = counterLimit; left > 0; left -= 1) story.metric(1, { platform: `p${left}` })
    expect(story.metric(1, { platform: 'more' })).toEqual({ kind: 'dropped', reason: 'too_many_counters' })
    expect(story.metric(1, { platform: 'p1' })).toEqual({ kind: 'counted' })
  })
})

describe('the counters of a brand', () => {
  it('are each judged by themselves: two calm ones make no storm, and the jump of one is not hidden by a louder other', () => {
    const story = new Story()
    story.brand()
    story.heartbeat()
    const until = story.now + 4 * day
    while (story.now < until) {
      story.pass(story.now + 5 * minute)
      const turn = Math.floor(story.now / (5 * minute)) % 7
      story.metric(4 + turn)
      story.metric(40_000 + 900 * turn, { counter: 'views' })
    }
    expect(story.breaches).toEqual([])
    story.pass(story.now + 5 * minute)
    story.metric(2_000)
    story.metric(42_000, { counter: 'views' })
    story.pass(story.now + 2 * minute)
    expect(story.breachesOf('engagement')[0]?.window.counter).toEqual({ platform: 'forum', name: 'likes' })
  })

  it('are told of in no signal of a brand that has none, and a checkpoint of such a brand holds nothing of them', () => {
    const story = new Story()
    story.brand()
    story.heartbeat()
    story.mention()
    story.pass(story.now + 2 * hour)
    expect(story.signals.some(({ signal }) => signal === 'engagement')).toBe(false)
    story.restore()
    expect(
      [...story.values.keys()].filter((name) => name.startsWith('e/') || name.includes('engagement')),
    ).toEqual([])
  })

  it('go with the brand', () => {
    const story = aCountedStory(2)
    story.restore()
    expect(
      [...story.values.keys()].filter((name) => name.includes('kuzey/engagement') || name.startsWith('e/')),
    ).toHaveLength(2)
    story.brand('kuzey', {}, 7, false)
    story.restore()
    expect([...story.values.keys()].filter((name) => /engagement|^[ehb]\//.test(name))).toEqual([])
  })
})

it('spreads a delta so that nothing of it is lost or added, and never goes below what it had', () => {
  const delta = fc.record({
    delta: fc.integer({ min: -500, max: 10_000 }),
    length: fc.integer({ min: 1, max: 600 }),
    back: fc.integer({ min: 0, max: 600 }),
  })
  fc.assert(
    fc.property(fc.array(delta, { maxLength: 30 }), (deltas) => {
      const now = 29_000_000
      const series = new CounterSeries('forum', 'likes', now, 0)
      let net = 0
      let debt = 0
      for (const one of deltas) {
        series.add(one.delta, now - one.back - one.length + 1, now - one.back, now)
        debt = one.delta < 0 ? debt - one.delta : Math.max(0, debt - one.delta)
        net += one.delta
        const sum = series.sum(0, 0) + series.sum(bucketOf(now - 1_300), bucketOf(now))
        expect(sum).toBe(net + debt)
      }
    }),
  )
})

/** A brand with a counter that grows by about ten in five minutes, for so many days. */
function aCountedStory(days: number): Story {
  const story = new Story()
  story.brand()
  story.heartbeat()
  story.passCountedDays(days)
  if (story.breaches.length > 0) throw new Error('the ordinary growth of a counter must not page')
  return story
}

function metricOf(story: Story) {
  const input = story.inputs.findLast((one) => one.kind === 'metric')
  if (input?.kind !== 'metric') throw new Error('the story has no metric')
  return { ...input.metric, id: 'likes/old/p1', observedAt: story.now }
}
