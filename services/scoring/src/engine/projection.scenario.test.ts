import { expect, it } from 'vitest'
import { aWarmStory, hour, minute } from './testing/story.ts'

it('says, before it happens, when a storm that doubles every quarter of an hour will page', () => {
  const story = aWarmStory(4)
  story.thresholds({ sensitivity: 3 })
  const start = story.now
  story.pass(start + hour, (index) => grown(index - start / minute, 15))
  const opened = story.breachesOf('volume')[0]
  const projections = story.signals.filter(
    (record) => record.signal === 'volume' && record.projection?.severity === 1,
  )
  expect(projections.length).toBeGreaterThan(2)
  for (const { at, projection } of projections) {
    expect(projection?.at).toBeGreaterThan(at)
    expect(projection?.earliest).toBeLessThanOrEqual(projection?.at ?? 0)
    expect(projection?.doubling?.from).toBeLessThan(projection?.doubling?.to ?? 0)
    // A page waits for the second evaluation at the boundary, a minute after the first.
    expect(Math.abs((projection?.at ?? 0) - (opened?.at ?? 0))).toBeLessThanOrEqual(8 * minute)
  }
  const last = projections.at(-1)?.projection?.doubling
  expect(last?.from).toBeLessThan(15)
  expect(last?.to).toBeGreaterThan(15)
  expect(opened?.evidence.projection).toMatchObject({
    severity: 2,
    doubling: { minutes: expect.any(Number) },
  })
})

it('projects nothing of a storm that goes on as it began', () => {
  const story = aWarmStory(4)
  story.pass(story.now + hour, () => 3)
  const told = story.breachesOf('volume').map((breach) => breach.evidence.projection)
  expect(told.length).toBeGreaterThan(0)
  expect(told.every((projection) => projection === undefined)).toBe(true)
  const sure = story.signals.filter((record) => record.signal === 'volume' && record.projection !== undefined)
  expect(sure.length).toBeLessThanOrEqual(3)
})

it('projects the same after a restart', () => {
  const story = aWarmStory(3)
  const start = story.now
  const rise = (index: number) => grown(index - start / minute, 10)
  story.pass(start + 30 * minute, rise)
  story.restore()
  story.pass(start + hour, rise)
  const undisturbed = aWarmStory(3)
  undisturbed.pass(start + hour, rise)
  expect(story.signals.at(-1)).toEqual(undisturbed.signals.at(-1))
  expect(story.breaches).toEqual(undisturbed.breaches)
})

/** Mentions of the minute of a storm that begins with one in three minutes: whole parts of what has come up to it. */
function grown(since: number, doubling: number): number {
  const until = (at: number) => Math.floor((2 ** (at / doubling) - 1) * 8)
  return until(since + 1) - until(since)
}
