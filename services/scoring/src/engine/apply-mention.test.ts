import { expect, it } from 'vitest'
import { aWarmStory, hour, minute, Story } from './testing/story.ts'

it('counts a mention once in 48 hours, wherever a checkpoint lies', () => {
  const story = aStory()
  expect(story.mention({ id: 'a' })).toEqual({ kind: 'counted' })
  story.restore()
  expect(story.mention({ id: 'a' })).toEqual({ kind: 'dropped', reason: 'duplicate' })
  story.pass(story.now + 48 * hour)
  story.restore()
  expect(story.mention({ id: 'a' })).toEqual({ kind: 'dropped', reason: 'duplicate' })
  const mentions = story.counts.reduce((sum, count) => sum + count.mentions, 0)
  expect(mentions).toBe(1)
})

it('forgets a fingerprint in the end, in memory and in the store', () => {
  const story = aStory()
  story.mention({ id: 'a' })
  story.restore()
  expect([...story.values.keys()].filter((name) => name.startsWith('f/'))).toHaveLength(1)
  story.pass(story.now + 61 * hour)
  story.restore()
  expect([...story.values.keys()].filter((name) => name.startsWith('f/'))).toEqual([])
})

it('counts the same id on another platform and of another brand', () => {
  const story = aStory()
  story.brand('bora')
  for (const overrides of [{}, { platform: 'video' }, { brand: 'bora' }]) {
    expect(story.mention({ id: 'a', ...overrides })).toEqual({ kind: 'counted' })
  }
})

it('drops edits, of known and of unknown mentions, and still counts the first version after its edit', () => {
  const story = aStory()
  expect(story.mention({ id: 'a', revision: '2' })).toEqual({ kind: 'dropped', reason: 'edit' })
  expect(story.mention({ id: 'a' })).toEqual({ kind: 'counted' })
  expect(story.mention({ id: 'a', revision: '3' })).toEqual({ kind: 'dropped', reason: 'edit' })
})

it('never counts a mention whose deletion came first', () => {
  const story = aStory()
  expect(story.mention({ id: 'a', operation: 'delete' })).toEqual({ kind: 'dropped', reason: 'deletion' })
  story.restore()
  expect(story.mention({ id: 'a' })).toEqual({ kind: 'dropped', reason: 'tombstoned' })
})

it('does not uncount a deleted mention, but shows it in no breach', () => {
  const story = aWarmStory(4)
  const ids = ['x', 'y', 'z', 'w']
  for (const id of ids)
    story.mention({ id, text: id, label: 'negative', author: { id: `k1:${id}`, followers: 1_000_000 } })
  story.mention({ id: 'x', operation: 'delete' })
  story.mention({ id: 'y', operation: 'hide' })
  story.pass(story.now + 3 * minute, () => 40)
  const shown = story.breachesOf('volume')[0]?.evidence.samples.map((sample) => sample.id)
  expect(shown).toEqual(['z', 'w', expect.any(String)])
  expect(story.counts.some((count) => count.mentions >= 4)).toBe(true)
})

it('counts nowhere what the brand itself wrote', () => {
  const story = aStory()
  expect(story.mention({ own: true })).toEqual({ kind: 'dropped', reason: 'own' })
  story.pass(story.now + minute)
  expect(story.counts.every((count) => count.mentions === 0)).toBe(true)
})

it('drops a mention of a brand nobody watches', () => {
  expect(aStory().mention({ brand: 'nobody' })).toEqual({ kind: 'dropped', reason: 'unknown_brand' })
})

function aStory(): Story {
  const story = new Story()
  story.brand()
  story.heartbeat()
  return story
}
