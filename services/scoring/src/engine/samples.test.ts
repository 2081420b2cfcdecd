import { expect, it } from 'vitest'
import { Samples } from './samples.ts'
import { aMention, type MentionOverrides } from './testing/story.ts'

it('prefers negative mentions, then those of people with many followers', () => {
  const samples = offered([
    { id: 'calm', author: { id: 'k1:a', followers: 1_000_000 } },
    { id: 'few', label: 'negative', author: { id: 'k1:b', followers: 1 } },
    { id: 'many', label: 'negative', author: { id: 'k1:c', followers: 5_000 } },
  ])
  expect(samples.choose(0).map((sample) => sample.id)).toEqual(['many', 'few', 'calm'])
})

it('shows one of many reposts of a text', () => {
  const reposts = Array.from({ length: 40 }, (_, at) => ({
    id: `r${at}`,
    text: 'same',
    label: 'negative' as const,
  }))
  const samples = offered([...reposts, { id: 'other', label: 'neutral' }])
  expect(samples.choose(0).map((sample) => sample.id)).toEqual(['r0', 'other'])
})

it('shows different people as far as there are', () => {
  const loud = Array.from({ length: 5 }, (_, at) => ({
    id: `l${at}`,
    author: { id: 'k1:loud', followers: 9_000 },
  }))
  const samples = offered([...loud, { id: 'quiet', author: { id: 'k1:quiet', followers: 1 } }])
  expect(samples.choose(0).map((sample) => sample.id)).toEqual(['l0', 'quiet', 'l1'])
})

it('forgets what came more than 75 minutes ago', () => {
  const samples = offered([{ id: 'old' }])
  expect(samples.choose(74)).toHaveLength(1)
  expect(samples.choose(75)).toEqual([])
})

it('lets a storm’s mentions take the place of what people with more followers said before it', () => {
  const samples = new Samples()
  for (let at = 0; at < 20; at += 1) {
    samples.offer(
      aMention(at, { id: `before-${at}`, label: 'negative', author: { id: `k1:b${at}`, followers: 3_000 } }),
      at,
    )
  }
  for (let at = 0; at < 5; at += 1) {
    samples.offer(
      aMention(30 + at, { id: `storm-${at}`, label: 'negative', author: { id: `k1:s${at}`, followers: 40 } }),
      60,
    )
  }
  expect(samples.choose(60).every((sample) => sample.id.startsWith('storm-'))).toBe(true)
})

function offered(mentions: readonly MentionOverrides[]): Samples {
  const samples = new Samples()
  mentions.forEach((overrides, at) => {
    samples.offer(aMention(at, overrides), 0)
  })
  return samples
}
